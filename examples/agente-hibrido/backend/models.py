"""The two language models. Without a key the agent answers with what it found."""

import os

import httpx

CONTEXT_LIMIT = 6000
MAX_TOKENS = 4096


def complete(question: str, context: list[str]) -> str:
    prompt = f"Answer from these texts and name them:\n{chr(10).join(context)[:CONTEXT_LIMIT]}\n\nQuestion: {question}"
    if key := os.environ.get("KIMI_API_KEY"):
        return _kimi(prompt, key)
    if key := os.environ.get("GEMINI_API_KEY"):
        return _gemini(prompt, key)
    return context[0]


def _kimi(prompt: str, key: str) -> str:
    answer = httpx.post(
        "https://api.moonshot.ai/v1/chat/completions",
        headers={"Authorization": f"Bearer {key}"},
        json={"model": "kimi-latest", "max_tokens": MAX_TOKENS, "messages": [{"role": "user", "content": prompt}]},
        timeout=60,
    ).raise_for_status()
    return answer.json()["choices"][0]["message"]["content"]


def _gemini(prompt: str, key: str) -> str:
    answer = httpx.post(
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:generateContent",
        headers={"x-goog-api-key": key},
        json={"contents": [{"parts": [{"text": prompt}]}]},
        timeout=60,
    ).raise_for_status()
    return answer.json()["candidates"][0]["content"]["parts"][0]["text"]
