"""What makes a tree wrong although each of its parts is well formed: where its branches lead."""

from collections.abc import Collection, Mapping

from desk.model.diagnosis import Node, Tree
from desk.model.errors import BadData

# Where a branch may end instead of leading to another node.
ENDS = frozenset({"@solved", "@order", "@human", "@stopped", "@advised", "@check"})
# … or in another tree, at its start or at a node of it: @tree:broadband, @tree:broadband/lights.
HANDOVER = "@tree:"


def targets(node: Node) -> list[str]:
    single = (node.go, node.passed, node.failed, node.tried)
    return [a.go for a in node.answers] + [target for target in single if target]


def check_target(file: str, key: str, target: str, nodes: Collection[str]) -> None:
    if target not in nodes and target not in ENDS and not target.startswith(HANDOVER):
        expected = f"expected a node, {HANDOVER}… or one of {sorted(ENDS)}"
        raise BadData(file, key, f"leads to {target!r}, {expected}")


def check_reachable(file: str, starts: Collection[str], nodes: Mapping[str, Node]) -> None:
    """Every node is on some way, and every way leads to something that exists."""
    seen: set[str] = set()
    waiting = [target for target in starts if target in nodes]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for target in targets(nodes[name]):
            check_target(file, f"nodes.{name}", target, nodes)
            if target in nodes:
                waiting.append(target)
    for name in nodes:
        if name not in seen:
            raise BadData(file, f"nodes.{name}", "can never be reached")


def check_questions_between(file: str, nodes: Mapping[str, Node]) -> None:
    """Statements and tests lead on by themselves: a circle of them would never stop."""
    for start in (name for name, node in nodes.items() if not node.ask):
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for target in targets(nodes[waiting.pop()]):
                if target == start:
                    raise BadData(file, f"nodes.{start}", "leads back to itself without a question")
                if target in nodes and not nodes[target].ask and target not in seen:
                    seen.add(target)
                    waiting.append(target)


def check_handovers(files: Mapping[str, str], trees: Mapping[str, Tree]) -> None:
    """Hand-overs lead to a tree of the same order kind and to a node that it has."""
    for product, tree in trees.items():
        ways = [(f"entries.{entry.reading}", entry.go) for entry in tree.entries]
        ways += [(f"nodes.{n.id}", target) for n in tree.nodes.values() for target in targets(n)]
        for key, target in ways:
            if target.startswith(HANDOVER):
                _check_handover(files[product], key, target, trees)


def _check_handover(file: str, key: str, target: str, trees: Mapping[str, Tree]) -> None:
    other, _, node = target.removeprefix(HANDOVER).partition("/")
    if other not in trees:
        raise BadData(file, key, f"hands over to {other!r}, expected one of {sorted(trees)}")
    if node and node not in trees[other].nodes:
        raise BadData(file, key, f"hands over to {other}/{node}, which is no node of that tree")
    start = [node] if node else [entry.go for entry in trees[other].entries]
    for name in start:
        if name.startswith(HANDOVER) or (
            name in trees[other].nodes and _leads_on(trees[other], name)
        ):
            raise BadData(file, key, f"hands over to {other}/{name}, which asks nothing itself")


def _leads_on(tree: Tree, name: str) -> bool:
    """Whether a node hands over in its turn without asking: two trees could play ping-pong."""
    node = tree.nodes[name]
    return not node.ask and any(target.startswith(HANDOVER) for target in targets(node))
