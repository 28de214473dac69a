"""What can be loaded: the objects, in the order in which they depend on each other.

Names and types of fields are those of the tables in core; this adds what a table cannot say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Object:
    """A table of core that files may write."""

    name: str
    required: tuple[str, ...]
    """Fields without which a record is a reject."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Field, as files name it, → object whose record it names; stored as `<field>_id`."""
    known_by: tuple[str, ...] = ("name",)
    """Columns by whose text other records may refer to one of these."""
    creates: bool = False
    """A name that nobody has yet makes a record, rather than a reject."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field → word in lower case → code; any other word is a reject."""
    common_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field → word in lower case → what is meant by it; any other word stands for itself."""
    defaults: Mapping[str, str | bool] = field(default_factory=dict)
    """Field → value of a new record where the file gives none."""
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Field → least and greatest number that it may be."""
    has_currency: bool = False
    """Its money is in a currency: the file's, the mapping's, else the company's."""
    has_custom_fields: bool = False
    """Columns that no field stands for are kept with the record."""
    parent: str | None = None
    """Of lines loaded in bulk, the reference to what they belong to. They have no version and no history of single
    fields, and are found again by their hash."""

    @property
    def is_fact(self) -> bool:
        """Whether it is loaded in bulk."""
        return self.parent is not None

    def column(self, name: str) -> str:
        """The column of core in which a field is kept."""
        return f"{name}_id" if name in self.references else name


def _same(*codes: str, **synonyms: str) -> dict[str, str]:
    return {code: code for code in codes} | {word.replace("_", " "): code for word, code in synonyms.items()}


STAGE_WORDS = _same(
    closed_won="won",
    closedwon="won",
    赢单="won",
    成交="won",
    已成交="won",
    closed_lost="lost",
    closedlost="lost",
    输单="lost",
    丢单="lost",
    已流失="lost",
)
"""What most systems call the ends of a pipeline."""

OBJECTS = {
    item.name: item
    for item in (
        Object("team", ("name",), {"manager": "staff"}, creates=True),
        Object("staff", ("name",), {"team": "team", "manager": "staff"}, known_by=("name", "email"), creates=True),
        Object(
            "account",
            ("name",),
            {"owner": "staff", "team": "team", "parent": "account", "channel_partner": "account"},
            creates=True,
            words={
                "kind": _same(
                    "company",
                    "person",
                    individual="person",
                    business="company",
                    organization="company",
                    公司="company",
                    企业="company",
                    个人="person",
                )
            },
            defaults={"kind": "company"},
            has_custom_fields=True,
        ),
        Object("contact", ("name",), {"account": "account"}, known_by=("name", "email"), has_custom_fields=True),
        Object("product", ("name",), known_by=("sku", "name"), defaults={"is_active": True}, has_currency=True),
        Object("stage", (), known_by=("code", "name")),
        Object(
            "opportunity",
            ("name", "stage"),
            {"account": "account", "owner": "staff", "stage": "stage"},
            common_words={"stage": STAGE_WORDS},
            has_currency=True,
            has_custom_fields=True,
        ),
        Object(
            "opportunity_line",
            ("opportunity", "product", "quantity"),
            {"opportunity": "opportunity", "product": "product"},
            known_by=(),
            has_currency=True,
        ),
        Object(
            "sales_order",
            ("ordered_at",),
            {"account": "account"},
            known_by=("number",),
            defaults={"status": "placed"},
            has_currency=True,
            words={
                "status": _same(
                    "placed",
                    "shipped",
                    "cancelled",
                    "returned",
                    open="placed",
                    new="placed",
                    pending="placed",
                    processing="placed",
                    on_hold="placed",
                    pending_payment="placed",
                    awaiting_payment="placed",
                    paid="placed",
                    partially_paid="placed",
                    authorized="placed",
                    confirmed="placed",
                    received="placed",
                    in_progress="placed",
                    awaiting_shipment="placed",
                    awaiting_fulfillment="placed",
                    ready_to_ship="placed",
                    unfulfilled="placed",
                    backordered="placed",
                    已下单="placed",
                    待发货="placed",
                    处理中="placed",
                    待付款="placed",
                    待支付="placed",
                    已付款="placed",
                    已支付="placed",
                    已确认="placed",
                    配货中="placed",
                    备货中="placed",
                    已挂起="placed",
                    complete="shipped",
                    completed="shipped",
                    delivered="shipped",
                    fulfilled="shipped",
                    partially_shipped="shipped",
                    partially_fulfilled="shipped",
                    partial="shipped",
                    dispatched="shipped",
                    in_transit="shipped",
                    out_for_delivery="shipped",
                    partially_refunded="shipped",
                    已发货="shipped",
                    已签收="shipped",
                    已完成="shipped",
                    部分发货="shipped",
                    待收货="shipped",
                    运输中="shipped",
                    已送达="shipped",
                    已收货="shipped",
                    交易成功="shipped",
                    完成="shipped",
                    canceled="cancelled",
                    void="cancelled",
                    voided="cancelled",
                    failed="cancelled",
                    declined="cancelled",
                    expired="cancelled",
                    已取消="cancelled",
                    已作废="cancelled",
                    作废="cancelled",
                    取消="cancelled",
                    已关闭="cancelled",
                    交易关闭="cancelled",
                    refunded="returned",
                    refund="returned",
                    已退货="returned",
                    已退款="returned",
                    退款成功="returned",
                    退货="returned",
                    退款="returned",
                )
            },
        ),
        Object(
            "order_line",
            ("order", "happened_at", "quantity", "unit_price"),
            {"order": "sales_order", "product": "product"},
            known_by=(),
            has_currency=True,
            parent="order",
        ),
        Object(
            "ticket",
            ("subject", "status"),
            {"account": "account", "contact": "contact", "product": "product", "owner": "staff", "team": "team"},
            known_by=("subject",),
            ranges={"satisfaction": (1, 5)},
            has_custom_fields=True,
            words={
                "status": _same(
                    "open",
                    "pending",
                    "resolved",
                    "closed",
                    new="open",
                    in_progress="open",
                    solved="resolved",
                    waiting="pending",
                    on_hold="pending",
                    reopened="open",
                    新建="open",
                    待处理="open",
                    处理中="open",
                    挂起="pending",
                    已挂起="pending",
                    等待回复="pending",
                    已解决="resolved",
                    已关闭="closed",
                ),
                "priority": _same(
                    "low",
                    "medium",
                    "high",
                    "urgent",
                    normal="medium",
                    critical="urgent",
                    低="low",
                    中="medium",
                    普通="medium",
                    一般="medium",
                    高="high",
                    紧急="urgent",
                ),
            },
        ),
        Object(
            "ticket_event", ("ticket", "happened_at", "activity"), {"ticket": "ticket"}, known_by=(), parent="ticket"
        ),
        Object(
            "lead",
            ("name",),
            {"owner": "staff", "team": "team"},
            known_by=("name", "email"),
            defaults={"is_converted": False},
            has_custom_fields=True,
        ),
        Object(
            "interaction",
            ("subject", "kind"),
            {"account": "account", "contact": "contact", "opportunity": "opportunity", "owner": "staff"},
            known_by=(),
            words={
                "kind": _same(
                    "call",
                    "mail",
                    "meeting",
                    "chat",
                    "note",
                    "other",
                    email="mail",
                    phone="call",
                    incoming_email="mail",
                )
            },
            has_custom_fields=True,
        ),
        Object(
            "task",
            ("subject",),
            {"account": "account", "contact": "contact", "opportunity": "opportunity", "owner": "staff"},
            known_by=("subject",),
            has_custom_fields=True,
        ),
        Object(
            "quote",
            ("name",),
            {"opportunity": "opportunity", "account": "account", "owner": "staff"},
            defaults={"status": "draft"},
            has_currency=True,
            words={
                "status": _same(
                    "draft",
                    "sent",
                    "accepted",
                    "rejected",
                    "expired",
                    open="sent",
                    presented="sent",
                    won="accepted",
                    approved="accepted",
                    declined="rejected",
                    denied="rejected",
                    lost="rejected",
                    草稿="draft",
                    已发送="sent",
                    已接受="accepted",
                    已拒绝="rejected",
                    已过期="expired",
                )
            },
        ),
        Object("campaign", ("name",), has_currency=True),
        Object(
            "campaign_member",
            ("campaign", "account", "arm"),
            {"campaign": "campaign", "account": "account"},
            known_by=(),
            words={
                "arm": _same(
                    "treated",
                    "held_out",
                    held_out="held_out",
                    treatment="treated",
                    target="treated",
                    control="held_out",
                    holdout="held_out",
                    实验组="treated",
                    对照组="held_out",
                )
            },
        ),
        Object(
            "survey_response",
            ("kind",),
            {"account": "account", "contact": "contact", "ticket": "ticket"},
            known_by=(),
            ranges={"score": (0, 10)},
            words={
                "kind": _same(
                    "csat", "nps", "feedback", satisfaction="csat", 满意度="csat", 净推荐值="nps", 反馈="feedback"
                )
            },
        ),
        Object("fx_rate", ("currency", "valid_on", "rate"), known_by=()),
    )
}
"""By name. `stage` is data that migrations and admins make; files only refer to it."""
