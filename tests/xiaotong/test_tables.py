"""What a narrow terminal or a pipe shows: numbers to be copied are whole."""

from io import StringIO

from rich.console import Console

from xiaotong.tables import table


def test_a_number_is_whole_and_words_wrap() -> None:
    shown = table("工单号", "状态", "客户", "说明")
    shown.add_row("BX261121483920", "已派单，等待处理人接单", "139****5678", "宽带断了" * 20)
    out = StringIO()
    Console(file=out, width=60).print(shown)
    told = out.getvalue()
    assert "BX261121483920" in told
    assert "…" not in told
