"""Reads knowledge/**/*.md and writes the FAISS index: python -m api.build_index"""

import json
from pathlib import Path

import faiss

from api.embeddings import DIMENSIONS, embed

ROOT = Path(__file__).resolve().parent.parent
INDEX = ROOT / "index"


def paragraphs() -> list[dict]:
    found = []
    for file in sorted((ROOT / "knowledge").rglob("*.md")):
        for text in file.read_text("utf-8").split("\n\n"):
            if text.strip() and not text.startswith("#"):
                found.append({"source": str(file.relative_to(ROOT)), "text": text.strip()})
    return found


def main() -> None:
    found = paragraphs()
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(embed([item["text"] for item in found]))
    INDEX.mkdir(exist_ok=True)
    faiss.write_index(index, str(INDEX / "knowledge.faiss"))
    (INDEX / "knowledge.json").write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    print(f"{len(found)} paragraphs indexed")


if __name__ == "__main__":
    main()
