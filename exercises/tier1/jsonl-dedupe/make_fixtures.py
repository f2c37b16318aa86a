"""Write fixtures/*.jsonl. The same seed gives the same files."""

import json
import random
import unicodedata
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"
BOM = b"\xef\xbb\xbf"

# A question with one slot, the values of the slot, and answers.
TALKS: list[tuple[str, list[str], list[str]]] = [
    (
        "How do I {} in Python?",
        [
            "read a CSV file",
            "merge two dicts",
            "sort a list of dicts by a key",
            "parse a date",
            "flatten a nested list",
            "count the words of a text",
            "call a REST API",
            "read environment variables",
            "time a function",
            "split a list into batches",
            "make a virtual environment",
            "stream a large file",
        ],
        ["Here is a short way:", "Use the standard library.", "With a comprehension."],
    ),
    (
        "Explain {} to a beginner",
        [
            "gradient descent",
            "fine-tuning",
            "attention",
            "beam search",
            "overfitting",
            "tokenisation",
            "LoRA",
            "temperature",
            "an embedding",
            "a learning rate",
            "quantisation",
            "prompt caching",
            "retrieval-augmented generation",
        ],
        ["Picture a hill in fog.", "Think of a library.", "In one sentence:"],
    ),
    (
        "Write a polite e-mail that {}",
        [
            "cancels a subscription",
            "asks for a refund of €49",
            "moves the meeting to Friday",
            "declines a job offer",
            "reminds a client of invoice #2291",
            "thanks the team for the launch 🚀",
            "asks IT for a second monitor",
        ],
        ["Subject: A small request", "Dear team,", "Hello, I hope you are well."],
    ),
    (
        "Classify the sentiment: “{}”",
        [
            "Great battery, awful speakers",
            "Never again!!!",
            "It does what it says 👍",
            "The parcel came two weeks late 😡",
            "Best coffee machine I ever had ☕",
            "meh",
            "I want my money back",
            "Works on Linux too ❤️",
        ],
        ["mixed", "negative", "positive", "neutral"],
    ),
    (
        "Translate into English: {}",
        [
            "Wo ist die nächste Straße zum Bahnhof?",
            "Das Maß ist voll.",
            "Je voudrais un café crème, s’il vous plaît.",
            "¿Dónde está la biblioteca?",
            "明日の会議は何時ですか",
            "Gdzie jest najbliższa apteka?",
            "Schöne Grüße aus Gießen",
            "Où se trouve l’hôtel de ville ?",
        ],
        ["In English:", "That means:", "A close translation:"],
    ),
    (
        "Wie kann ich {}?",
        [
            "meine Adresse ändern",
            "das Passwort zurücksetzen",
            "die Größe der Bilder verkleinern",
            "eine Rechnung als PDF bekommen",
            "den Füllstand messen",
            "mein Abo kündigen",
            "auf der Straße parken",
        ],
        ["Öffnen Sie die Einstellungen.", "Das geht so:", "Gern!"],
    ),
    (
        "Comment puis-je {} ?",
        [
            "créer un compte",
            "récupérer mes données",
            "désactiver les notifications",
            "changer de forfait",
            "réinitialiser mon mot de passe",
            "télécharger ma facture",
        ],
        ["Bien sûr.", "Ouvrez les paramètres.", "Voici comment :"],
    ),
    (
        "{}の使い方を教えてください。",
        [
            "GPU",
            "Python",
            "PyTorch",
            "Docker",
            "正規表現",
            "API キー",
            "JSON",
            "トークン",
        ],
        ["はい、こちらです。", "まず設定を開いてください。", "例を示します。"],
    ),
    (
        "What is wrong with this code? {}",
        [
            "for i in range(len(x)): x.pop(i)",
            "def f(a=[]): a.append(1)",
            "except: pass",
            "if x is 'yes': run()",
            "open('a.txt').read().split('\\n')",
            "print(f'{name}')\n\tname = 3",
            "SELECT * FROM users WHERE name = '\" + name + \"'",
        ],
        ["The list changes under you.", "It hides the error.", "Compare with ==."],
    ),
    (
        "Summarise ticket {}",
        [f"SUP-{number}" for number in range(1000, 10000)],
        [
            "Login fails after the update.",
            "A refund is open.",
            "Solved ✅",
            "The export is empty.",
        ],
    ),
    (
        "Plan {}",
        [
            f"{days} days in {city} for {people}"
            for days in range(2, 15)
            for city in ["Kyōto", "Málaga", "Zürich", "Łódź", "Reykjavík", "São Paulo"]
            for people in ["two", "a family", "eight engineers"]
        ],
        ["Day 1: walk the old town.", "Start with a museum.", "Take the train 🚆."],
    ),
]

SYSTEMS = [
    "You are a helpful assistant.",
    "Answer in one line.",
    "Du bist ein Support-Bot.",
]
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
BROKEN = [
    b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    b"null",
    b"{}",
    b'{"error": {"type": "rate_limit", "message": "Slow down"}}',
    b'{"messages": [{"role": "assistant", "content": "Hello! How can I help?"}]}',
    b'{"messages": [{"role": "user", "content": ["image", "text"]}]}',
    b'{"messages": [{"role": "user", "content": "Caf\xe9 near me?"}]}',
    b"--- 8< --- export resumed 2024-03-04T08:15:00Z --- 8< ---",
]


def disguise(text: str, rng: random.Random) -> str:
    """The same text, as another person or program would have written it."""
    looks = [
        text.upper(),
        text.lower(),
        f"  {text}\n",
        text.replace(" ", "\u00a0"),
        text.replace(" ", "  "),
        unicodedata.normalize("NFD", text),
        text.translate(FULL_WIDTH),
        text,
    ]
    return rng.choice(looks)


def example(text: str, answers: list[str], rng: random.Random) -> dict[str, object]:
    messages = [
        {"role": "user", "content": text},
        {"role": "assistant", "content": rng.choice(answers)},
    ]
    if rng.random() < 0.1:
        messages.insert(0, {"role": "system", "content": rng.choice(SYSTEMS)})
    if rng.random() < 0.08:
        messages.append(
            {"role": "user", "content": rng.choice(["Shorter!", "Danke", "🙏"])}
        )
        messages.append(
            {"role": "assistant", "content": rng.choice(["👍", "Gern!", "Sure."])}
        )
    row: dict[str, object] = {"messages": messages}
    if rng.random() < 0.2:
        row["rating"] = rng.choice([1, 2, 3, 4, 5, 4.5, None])
    return row


def export(count: int, seed: int) -> bytes:
    """About `count` lines: new examples, copies in disguise, blank and broken lines."""
    rng = random.Random(seed)
    told: list[tuple[str, list[str]]] = []
    lines: list[bytes] = []
    for number in range(count):
        if told and rng.random() < 0.25:
            text, answers = rng.choice(told)
            text = disguise(text, rng)
        else:
            question, values, answers = rng.choice(
                TALKS[-2:] if rng.random() < 0.7 else TALKS
            )
            text = question.replace("{}", rng.choice(values))
            if rng.random() < 0.02:
                text += "\u2028Thanks!"
            told.append((text, answers))
        row = json.dumps(example(text, answers, rng), ensure_ascii=rng.random() < 0.1)
        line = row.encode()
        luck = rng.random()
        if number and luck < 0.01:
            line = rng.choice(BROKEN)
        elif number and luck < 0.015:
            line = line[: len(line) // 2]
        elif luck < 0.02:
            lines.append(rng.choice([b"", b"   "]))
        lines.append(line)
    third = len(lines) // 3
    return BOM + b"\r\n".join(lines[:third]) + b"\r\n" + b"\n".join(lines[third:])


def main() -> None:
    FIXTURES.mkdir(exist_ok=True)
    haiku = (
        '{"messages": [{"role": "user", "content": "Write a haiku about GPUs"}, %s]}'
    )
    limerick = (
        '{"messages": [{"role": "user", "content": "Write a limerick about GPUs"}, %s]}'
    )
    windows = [
        haiku % '{"role": "assistant", "content": "Fans hum in the dark"}',
        "",
        haiku % '{"role": "assistant", "content": "Heat rises, loss falls"}',
        "  \t",
        limerick
        % '{"role": "assistant", "content": "There once was a card from Taipei"}',
    ]
    (FIXTURES / "windows.jsonl").write_bytes(BOM + "\r\n".join(windows).encode())

    word = '{"messages": [{"role": "user", "content": "Translate \'%s\'"}]}\n'
    (FIXTURES / "latin1.jsonl").write_bytes(
        (word % "naïve").encode()
        + (word % "crème brûlée").encode("latin-1")
        + (word % "résumé").encode()
    )

    text = '{"messages": [{"role": "user", "content": "%s"}]}\n'
    poem = "Fix my poem:\u2028roses are red\u2029violets are blue"
    (FIXTURES / "separators.jsonl").write_bytes(
        (text % poem).encode() * 2
        + (text % "Join these lines:\u0085one\u0085two").encode()
    )

    (FIXTURES / "export.jsonl").write_bytes(export(2000, seed=20240304))
    (FIXTURES / "export-b.jsonl").write_bytes(export(400, seed=11))


if __name__ == "__main__":
    main()
