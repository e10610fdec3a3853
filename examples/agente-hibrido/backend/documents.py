"""Reads the company's documents: Markdown, text and PDF."""

from pathlib import Path


def paragraphs(folder: Path) -> list[str]:
    found = []
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".md", ".txt"}:
            found += file.read_text("utf-8").split("\n\n")
        elif file.suffix == ".pdf":
            from pypdf import PdfReader

            found += [page.extract_text() for page in PdfReader(file).pages]
    return [text.strip() for text in found if text.strip()]
