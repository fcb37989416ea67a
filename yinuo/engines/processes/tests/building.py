"""Small drawings for tests, from tuples to BPMN XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:yinuo="urn:yinuo:words" id="definitions">'
)


def node(kind: str, key: str, name: str | None = None, inside: str = "", **attributes: str) -> str:
    """One element; `name` defaults to the key, `inside` is XML."""
    written = {"id": key, "name": key if name is None else name, **attributes}
    return (
        f"<bpmn:{kind} {' '.join(f'{k}={quoteattr(v)}' for k, v in written.items())}>{inside}</bpmn:{kind}>"
    )


def flow(key: str, source: str, target: str, condition: str | None = None) -> str:
    inside = (
        ""
        if condition is None
        else f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    )
    return f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'


def flows(*chains: str) -> str:
    """`"a b c"` draws a → b → c; flow ids are a_b, b_c."""
    pairs = [pair for chain in chains for pair in zip(chain.split(), chain.split()[1:], strict=False)]
    return "".join(flow(f"{a}_{b}", a, b) for a, b in pairs)


def boundary(key: str, host: str, message: str, **attributes: str) -> str:
    inside = f'<bpmn:messageEventDefinition messageRef="{message}"/>'
    return node("boundaryEvent", key, inside=inside, attachedToRef=host, **attributes)


TERMINATE = "<bpmn:terminateEventDefinition/>"


def document(*parts: str, messages: Sequence[str] = (), beside: str = "", key: str = "p") -> bytes:
    """A file with one process made of these parts; a message m_x is called x."""
    heard = "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in messages)
    process = f'<bpmn:process id="{key}" name="流程">{"".join(parts)}</bpmn:process>'
    return f"{HEAD}{heard}{process}{beside}</bpmn:definitions>".encode()


def simple(*extra: str) -> bytes:
    """start → a → end, and whatever else is handed in."""
    ends = [node("startEvent", "start"), node("userTask", "a"), node("endEvent", "end")]
    return document(*ends, flows("start a end"), *extra)
