from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.kit import bibliography
from analysis.kit.errors import ProblemError


def test_every_source_has_a_name_that_a_person_can_read() -> None:
    known = bibliography.sources()
    assert known
    for source in known.values():
        assert re.fullmatch(r"[^{}\\`$]+( \d{4}[a-z]?)?", source.name), source
        assert source.title and not set(source.title) & set("{}\\`"), source


def test_many_authors_become_et_al_and_an_institution_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text(
        "@misc{a, author={van der Berg, Ann and Roe, B. and others}, title={A {T}itle}, year={2020}, doi={10.1/x}}\n"
        "@misc{b, author={{Bank of Two, and Three}}, title={B}, year={2021}, url={https://example.org}}\n"
        "@misc{c, title={Nobody's work}, year={2022}}\n",
        encoding="utf-8",
    )
    found = bibliography.sources(path)
    assert [found[key].name for key in "abc"] == [
        "van der Berg et al. 2020",
        "Bank of Two, and Three 2021",
        "Nobody’s work 2022",
    ]
    assert [found[key].address for key in "abc"] == ["https://doi.org/10.1/x", "https://example.org", ""]


def test_an_unknown_or_broken_source_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="no source 'mingard2052'"):
        bibliography.source("mingard2052")
    path = tmp_path / "broken.bib"
    path.write_text("@misc{a, title={", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"broken\.bib cannot be read"):
        bibliography.sources(path)


def test_works_of_the_same_people_and_year_are_told_apart_by_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text(
        "@misc{r1, author={{DeepSeek}}, title={V3}, year={2024}}\n"
        "@misc{v2, author={{DeepSeek}}, title={V2}, year={2024}}\n"
        "@misc{other, author={{DeepSeek}}, title={R1}, year={2025}, eprint={2501.12948}}\n",
        encoding="utf-8",
    )
    found = bibliography.sources(path)
    assert [found[key].name for key in ("v2", "r1", "other")] == ["DeepSeek 2024a", "DeepSeek 2024b", "DeepSeek 2025"]
    assert found["other"].address == "https://arxiv.org/abs/2501.12948"
    names = [source.name.casefold() for source in bibliography.sources().values()]
    assert len(names) == len(set(names))
