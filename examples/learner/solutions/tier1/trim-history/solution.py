class ContextOverflow(ValueError):
    pass


def count_tokens(message):
    words = len((message["content"] or "").split())
    calls = message.get("tool_calls", [])
    return 3 + words + sum(1 + len(call["arguments"].split()) for call in calls)


def total(msgs):
    t = 0
    for m in msgs:
        t += count_tokens(m)
    return t


def trim(messages, budget):
    result = []
    rest = list(messages)  # copy, so that the original is not changed
    system = []
    if len(rest) > 0 and rest[0]["role"] == "system":
        system = [rest.pop(0)]

    # make the turns
    turns = []
    current = []
    for m in rest:
        if m["role"] == "user" and current:
            turns.append(current)
            current = []
        current.append(m)
    if current:
        turns.append(current)

    used = total(system)
    if turns:
        smallest = used + total(turns[-1])
    else:
        smallest = used
    if smallest > budget:
        raise ContextOverflow(f"needs {smallest} tokens, has {budget}")

    # from the newest to the oldest
    i = len(turns) - 1
    while i >= 0:
        c = total(turns[i])
        if used + c > budget:
            break
        used += c
        result = turns[i] + result
        i -= 1
    return system + result
