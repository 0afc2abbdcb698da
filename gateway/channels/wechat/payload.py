"""XML or JSON of WeChat ⇄ nested dictionaries of strings. Pure; refuses what a push never holds.

No document type, no entities, no depth, no attributes: what makes XML dangerous is refused, not
limited.
"""

import json
from typing import Any
from xml.parsers import expat

from gateway.message import BadMessage

_MAX_DEPTH = 6
_MAX_NODES = 2000

type Fields = dict[str, Any]


def read(body: str) -> tuple[Fields, str]:
    """A push body → its fields and "xml" or "json"; raises `BadMessage` (400).

    Values are strings, dictionaries, or lists of them where a name is repeated.
    """
    if body.lstrip()[:1] == "{":
        return _read_json(body), "json"
    return _read_xml(body), "xml"


def _read_json(body: str) -> Fields:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage("bad_json", "body: is not valid JSON") from None
    fields = _strings(value, 0)
    if not isinstance(fields, dict):
        raise BadMessage("bad_json", "body: expected an object")
    return fields


def _strings(value: Any, depth: int) -> Any:
    """Numbers as their digits, as in the XML form: a MsgId has more than a float can hold."""
    if depth > _MAX_DEPTH:
        raise BadMessage("bad_json", "body: is nested too deeply")
    if isinstance(value, dict):
        return {str(key): _strings(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_strings(one, depth + 1) for one in value]
    return "" if value is None else str(value)


def _read_xml(body: str) -> Fields:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # whatever the document says of itself
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    try:
        parser.Parse(body.encode(errors="replace"), True)
    except expat.ExpatError:
        raise BadMessage("bad_xml", "body: is not valid XML") from None
    if not isinstance(reader.root, dict):
        raise BadMessage("bad_xml", "body: expected fields")
    return reader.root


def _refuse(*_args: Any) -> None:
    raise BadMessage("bad_xml", "body: declarations are not allowed")


class _Reader:
    """Builds the dictionaries while expat reads."""

    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[tuple[str, Fields, list[str]]] = []
        self._nodes = 0

    def start(self, name: str, _attributes: Any) -> None:
        self._nodes += 1
        if len(self._open) >= _MAX_DEPTH or self._nodes > _MAX_NODES:
            raise BadMessage("bad_xml", "body: is nested too deeply or too large")
        self._open.append((name, {}, []))

    def text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def end(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        value: Any = children or "".join(texts)
        if not self._open:
            self.root = value
            return
        siblings = self._open[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]


def write(fields: Fields, form: str) -> str:
    """A passive answer in the form the push had."""
    if form == "json":
        return json.dumps(fields, ensure_ascii=False)
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: Fields) -> str:
    return "".join(f"<{name}>{_content(value)}</{name}>" for name, value in fields.items())


def _content(value: Any) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, int):
        return str(value)
    # "]]>" would end the section; characters that XML cannot carry are left out.
    text = "".join(c for c in str(value) if c in "\t\n\r" or _is_xml(c))
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _is_xml(char: str) -> bool:
    return " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"


def text_of(fields: Fields, name: str) -> str:
    """A field as text; "" when it is missing; raises `BadMessage` when it holds other fields."""
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise BadMessage("bad_push", f"{name}: expected text")
    return value
