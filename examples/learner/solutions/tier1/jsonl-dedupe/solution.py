import json
import sys
import unicodedata


def no_constants(name):
    raise ValueError(name + " is not json")


def normalize(s):
    s = unicodedata.normalize("NFKC", s)
    s = s.casefold()
    return " ".join(s.split())


def get_user_content(obj):
    """returns None if the line is no good"""
    if not isinstance(obj, dict):
        return None
    msgs = obj.get("messages")
    if not isinstance(msgs, list):
        return None
    for m in msgs:
        if isinstance(m, dict) and m.get("role") == "user":
            if isinstance(m.get("content"), str):
                return m["content"]
    return None


def main():
    if len(sys.argv) < 2:
        print("which file?", file=sys.stderr)
        return 2
    filename = sys.argv[1]
    try:
        with open(filename, "rb") as f:
            data = f.read()
    except OSError as e:
        print("cannot open", filename, e, file=sys.stderr)
        return 2

    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]

    seen = set()
    bad = 0
    line_no = 0
    for raw in data.split(b"\n"):
        line_no += 1
        if raw.strip() == b"":
            continue
        try:
            obj = json.loads(raw.decode("utf8"), parse_constant=no_constants)
        except ValueError as e:
            print("line", line_no, "is broken:", e, file=sys.stderr)
            bad += 1
            continue
        content = get_user_content(obj)
        if content is None:
            print("line", line_no, "has no user message", file=sys.stderr)
            bad += 1
            continue
        key = normalize(content)
        if key in seen:
            continue
        seen.add(key)
        print(json.dumps(obj))

    print(bad, "broken lines", file=sys.stderr)
    if bad > 0:
        return 3
    return 0


sys.exit(main())
