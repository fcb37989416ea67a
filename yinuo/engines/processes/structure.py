"""Whether the parts of a drawing fit together: every end of every flow, every choice, every scope."""

from __future__ import annotations

from collections.abc import Iterator

from yinuo.engines.processes.net import Drawing, Flow, Kind, Node
from yinuo.engines.processes.problems import Problem, problem

MAX_NODES = 200


def structure_problems(drawing: Drawing) -> Iterator[Problem]:
    """Everything that keeps the interpreter from running the drawing as it is drawn."""
    if len(drawing.nodes) > MAX_NODES:
        yield problem("too_many_steps", count=len(drawing.nodes), limit=MAX_NODES)
        return
    yield from _start_problems(drawing)
    for flow in drawing.flows.values():
        yield from _flow_problems(drawing, flow)
    for node in drawing.nodes.values():
        yield from _border_problems(drawing, node)
        yield from _choice_problems(drawing, node)


def about(reason_code: str, node: Node, **values: object) -> Problem:
    """A problem of a node."""
    return problem(reason_code, node.key, node.name, **values)


def about_flow(reason_code: str, drawing: Drawing, flow: Flow, **values: object) -> Problem:
    """A problem of a flow; one without a name is called after the steps at its ends."""
    ends = [drawing.nodes[key].name or key for key in (flow.source, flow.target) if key in drawing.nodes]
    name = flow.words.zh_hans if flow.words else " → ".join(ends)
    return problem(reason_code, flow.key, name, **values)


def _start_problems(drawing: Drawing) -> Iterator[Problem]:
    scopes = [None, *(node.key for node in drawing.nodes.values() if node.kind is Kind.SUB)]
    for scope in scopes:
        count = sum(node.kind is Kind.START and node.scope == scope for node in drawing.nodes.values())
        if count == 1:
            continue
        if scope is None:
            name = drawing.words.zh_hans if drawing.words else ""
            yield problem("start_count", drawing.key, name, count=count)
        else:
            yield about("start_count", drawing.nodes[scope], count=count)


def _flow_problems(drawing: Drawing, flow: Flow) -> Iterator[Problem]:
    source, target = drawing.nodes.get(flow.source), drawing.nodes.get(flow.target)
    for end, key, found in (("sourceRef", flow.source, source), ("targetRef", flow.target, target)):
        if found is None:
            yield about_flow("flow_dangling", drawing, flow, end=end, value=key[:64])
    if source is None or target is None:
        return
    if source.scope != target.scope:
        yield about_flow("flow_crosses", drawing, flow)
    if target.kind in (Kind.START, Kind.BOUNDARY):
        yield about_flow("flow_into_start", drawing, flow)
    if source.kind is Kind.END:
        yield about_flow("flow_out_of_end", drawing, flow)
    if flow.condition and not _chooses(drawing, source):
        yield about_flow("condition_place", drawing, flow)


def _chooses(drawing: Drawing, node: Node) -> bool:
    return node.kind is Kind.EXCLUSIVE and len(drawing.outgoing(node.key)) > 1


def _border_problems(drawing: Drawing, node: Node) -> Iterator[Problem]:
    if node.kind is not Kind.END and not drawing.outgoing(node.key):
        yield about("nothing_follows", node)
    if node.kind not in (Kind.START, Kind.BOUNDARY) and not drawing.incoming(node.key):
        yield about("nothing_leads_here", node)
    if node.kind is Kind.BOUNDARY:
        host = drawing.nodes.get(node.attached_to)
        if host is None or host.kind is not Kind.SUB or host.scope != node.scope:
            yield about("boundary_place", node)


def _choice_problems(drawing: Drawing, node: Node) -> Iterator[Problem]:
    flows = drawing.outgoing(node.key)
    if node.kind not in (Kind.EXCLUSIVE, Kind.PARALLEL) and len(flows) > 1:
        yield about("many_outgoing", node, count=len(flows))
    if node.default and node.default not in {flow.key for flow in flows}:
        yield about("default_unknown", node, value=node.default[:64])
    if not _chooses(drawing, node):
        return
    if not node.default:
        yield about("default_missing", node)
    for flow in flows:
        if flow.key == node.default and flow.condition:
            yield about_flow("default_condition", drawing, flow)
        if flow.key != node.default and flow.condition is None:
            yield about("condition_missing", node, flow=flow.key)
