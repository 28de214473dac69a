// Two buttons that save the picture beside them, drawn anew by the page's own Plotly with its title and stamp inside.

const EDGE = 16, TITLE = 17, STAMP = 12
const PITCH = 1.3 // of lines, by Plotly, to the size of their font
const FONT = 14
const NARROWEST = 720 // what a phone shows is too small for a report
const SHARP = 2 // pixels of a PNG for one of the screen

export default function ({ data, parentElement }) {
  parentElement.querySelectorAll("button").forEach(button => {
    const format = button.dataset.format
    button.setAttribute("aria-label", `${format.toUpperCase()}: ${data.title}`)
    button.title = data.help
    button.onclick = () => save(data, format, parentElement.querySelector("output"))
  })
}

async function save(data, format, said) {
  said.textContent = ""
  try {
    const chart = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`)
    const image = stamped(chart, data)
    const address = await window.Plotly.toImage(image, {
      format, width: image.layout.width, height: image.layout.height, scale: format === "png" ? SHARP : 1,
    })
    const link = document.createElement("a")
    link.href = address
    link.download = `${data.file}.${format}`
    link.click()
  } catch (error) {
    console.error(error)
    said.textContent = data.failed
  }
}

// The figure of a chart with room above it for its title, and below that the lines of its stamp.
function stamped(chart, { title, stamp, font, text, muted, background }) {
  const { data, layout } = structuredClone({ data: chart.data, layout: chart.layout })
  const width = Math.max(layout.width, NARROWEST)
  const titles = lines(title, width - 2 * EDGE, `bold ${TITLE}px ${font}`)
  const stamps = lines(stamp, width - 2 * EDGE, `${STAMP}px ${font}`)
  const head = EDGE + (titles.length + stamps.length) * PITCH * FONT
  const sized = (size, colour, some) =>
    some.map(line => `<span style="font-size:${size}px;color:${colour}">${escaped(line)}</span>`).join("<br>")
  layout.width = width
  layout.height += head + EDGE
  layout.margin = { l: EDGE, r: EDGE + 8, b: EDGE, t: head + EDGE }
  layout.paper_bgcolor = background
  layout.font = { ...layout.font, family: font }
  layout.title = {
    text: `<b>${sized(TITLE, text, titles)}</b><br>${sized(STAMP, muted, stamps)}`,
    font: { size: FONT },
    xref: "container", x: 0, xanchor: "left", yref: "container", y: 1, yanchor: "top",
    pad: { l: EDGE, t: EDGE + FONT }, // down to the foot of the first line
  }
  return { data, layout, config: { staticPlot: true } }
}

// A text as lines no wider than `width`, broken after blanks and Chinese signs, and in a longer word where it has to be.
function lines(words, width, font) {
  const pen = document.createElement("canvas").getContext("2d")
  pen.font = font
  const fits = line => pen.measureText(line.trimEnd()).width <= width
  const found = [""]
  const add = piece => (fits(found.at(-1) + piece) ? found.push(found.pop() + piece) : found.push(piece))
  words.split(/(?<=[ \u3000-\u9fff])/).forEach(piece => (fits(piece) ? add(piece) : [...piece].forEach(add)))
  return found.map(line => line.replace(/^· | · ?$/g, "").trim()).filter(Boolean)
}

const escaped = line => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
