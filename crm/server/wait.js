// Opens the sign-in page as soon as the server has started again. Until it stops, it sends who is signed in
// away from that page; then it does not answer for a moment.
const target = document.getElementById("target").href
const LATE = 60_000
const begin = Date.now()

async function look() {
  try {
    const answer = await fetch(target, { redirect: "manual", cache: "no-store" })
    if (answer.ok) {
      window.location.replace(target)
      return
    }
  } catch {
    // not there yet
  }
  document.getElementById("late").hidden = Date.now() - begin < LATE
  setTimeout(look, 400)
}

look()
