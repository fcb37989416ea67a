"""What can be wrong with a file or a row, said in three languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yinuo.ground.terms.words import Words

EXCERPT_LENGTH = 40

FILE_WORDS = {
    "empty": Words("文件是空的。", "The file is empty.", "檔案是空的。"),
    "too_large": Words(
        "文件超过 {value} MB，请分成几份再上传。",
        "The file is larger than {value} MB; split it and send the parts.",
        "檔案超過 {value} MB，請分成幾份再上傳。",
    ),
    "not_a_table": Words(
        "这不是 CSV 或 XLSX 表格（看起来是 {value}）。",
        "This is not a CSV or XLSX table (it looks like {value}).",
        "這不是 CSV 或 XLSX 表格（看起來是 {value}）。",
    ),
    "encoding": Words(
        "看不出文件的文字编码，请另存为“CSV UTF-8”再上传。",
        "The text encoding cannot be recognised; save the file as “CSV UTF-8” and send it again.",
        "看不出檔案的文字編碼，請另存為「CSV UTF-8」再上傳。",
    ),
    "broken_workbook": Words(
        "这个 XLSX 文件打不开，可能已损坏或加了密码。",
        "This XLSX file cannot be opened; it may be damaged or protected by a password.",
        "這個 XLSX 檔案打不開，可能已損壞或加了密碼。",
    ),
    "no_header": Words(
        "没有找到表头：第一行应当是各列的名称。",
        "There is no header: the first row must name the columns.",
        "找不到表頭：第一列應為各欄的名稱。",
    ),
    "unnamed_column": Words(
        "第 {column} 列没有名称。", "Column {column} has no name.", "第 {column} 欄沒有名稱。"
    ),
    "duplicate_column": Words(
        "这些列出现了不止一次：{column}。",
        "These columns appear more than once: {column}.",
        "這些欄出現了不止一次：{column}。",
    ),
    "missing_column": Words("缺少列：{column}。", "Columns missing: {column}.", "缺少欄位：{column}。"),
    "too_many_columns": Words(
        "列数超过 {value}。", "There are more than {value} columns.", "欄數超過 {value}。"
    ),
    "empty_rows": Words(
        "表中有 {value} 行以上是空行（到第 {column} 行为止）。请删去空行再上传。",
        "The sheet has more than {value} empty rows (up to row {column}); delete them and send it again.",
        "表中有 {value} 列以上是空列（到第 {column} 列為止）。請刪去空列再上傳。",
    ),
    "too_many_rows": Words("行数超过 {value}。", "There are more than {value} rows.", "列數超過 {value}。"),
}

ROW_WORDS = {
    "too_few_cells": Words(
        "这一行只有 {value} 格，少于表头的列数。",
        "This row has only {value} cells, fewer than the header.",
        "這一列只有 {value} 格，少於表頭的欄數。",
    ),
    "too_many_cells": Words(
        "这一行有 {value} 格，多于表头的列数（可能有未加引号的分隔符）。",
        "This row has {value} cells, more than the header (perhaps a separator without quotes).",
        "這一列有 {value} 格，多於表頭的欄數（可能有未加引號的分隔符號）。",
    ),
    "quotes": Words(
        "这一行的引号不成对或位置不对。",
        "The quotation marks of this row do not match.",
        "這一列的引號不成對或位置不對。",
    ),
    "long_cell": Words(
        "这一行有一格超过 {value} 个字符。",
        "A cell of this row has more than {value} characters.",
        "這一列有一格超過 {value} 個字元。",
    ),
    "nul": Words(
        "{column}：含有无法保存的空字符（NUL）。",
        "{column}: contains a NUL character, which cannot be stored.",
        "{column}：含有無法保存的空字元（NUL）。",
    ),
    "formula": Words(
        "{column}：是一个没有结果的公式，请改为数值或文字。",
        "{column}: a formula without a value; put the value itself there.",
        "{column}：是一個沒有結果的公式，請改為數值或文字。",
    ),
    "unreadable_number": Words(
        "{column}：“{value}”不是能识别的数。",
        "{column}: “{value}” is not a number we can read.",
        "{column}：「{value}」不是可辨識的數字。",
    ),
    "missing": Words("{column}：不能为空。", "{column}: must not be empty.", "{column}：不可空白。"),
    "too_long": Words(
        "{column}：文字过长（{value}）。", "{column}: too long ({value}).", "{column}：文字過長（{value}）。"
    ),
    "unreadable_date": Words(
        "{column}：“{value}”不是能识别的日期。",
        "{column}: “{value}” is not a date we can read.",
        "{column}：「{value}」不是可辨識的日期。",
    ),
    "future_date": Words(
        "{column}：日期 {value} 在今天之后。",
        "{column}: the date {value} is in the future.",
        "{column}：日期 {value} 在今天之後。",
    ),
    "unknown_value": Words(
        "{column}：不认识的值“{value}”。",
        "{column}: the value “{value}” is not known.",
        "{column}：無法辨識的值「{value}」。",
    ),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """One reason why one row does not enter: `row` is its number (1 = first below the header).

    `column` is the name as the file writes it, "" where the row as a whole is meant.
    """

    row: int
    column: str
    code: str
    value_excerpt: str
    text: Words


class TableRefused(Exception):
    """The whole file cannot be read; `code` names why, `columns` the columns concerned, `text` says it."""

    def __init__(self, code: str, *, value: str = "", columns: tuple[str, ...] = ()) -> None:
        self.code = code
        self.value = value
        self.columns = columns
        self.text = filled(FILE_WORDS[code], column=", ".join(columns), value=value)
        super().__init__(self.text.en)

    def to_json(self) -> dict[str, Any]:
        """Code and parameters, to be told later in whatever language the reader has then."""
        return {"code": self.code, "value": self.value, "columns": list(self.columns)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> TableRefused:
        """The refusal `to_json` wrote."""
        return cls(kept["code"], value=kept["value"], columns=tuple(kept["columns"]))


def row_error(
    row: int, column: str, code: str, value: str = "", *, words: Words | None = None, **more: object
) -> RowError:
    """A RowError in the words of its code, or in a pack's own `words` with {column}, {value} and `more`."""
    excerpt = excerpt_of(value)
    text = filled(words or ROW_WORDS[code], column=column, value=excerpt, **more)
    return RowError(row, column, code, excerpt, text)


def excerpt_of(value: str) -> str:
    """The first characters of a value on one line, with control characters made visible."""
    shown = "".join("�" if unicodedata.category(c) == "Cc" else c for c in value[: EXCERPT_LENGTH + 1])
    return shown if len(shown) <= EXCERPT_LENGTH else shown[:EXCERPT_LENGTH] + "…"


def filled(words: Words, **values: object) -> Words:
    """The three texts with their {places} filled; the values are never read as places themselves."""
    return Words(words.zh_hans.format(**values), words.en.format(**values), words.zh_hant.format(**values))
