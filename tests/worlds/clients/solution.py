"""Talks to the world with the clients that people use, none of them changed for it."""

import asyncio
import time

BASE = "http://127.0.0.1:8000"
KEY = {"Authorization": "Bearer sk-right"}


def with_httpx():
    import httpx

    with httpx.Client(base_url=BASE, headers=KEY) as client:
        cursor, items = None, []
        while True:
            page = client.get("/items", params={"cursor": cursor} if cursor else {}).json()
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        document = client.get("/documents/a%20b", params={"page": "2"}).json()
        echo = client.post("/echo", json={"value": [1, "ü"]}).json()
        return [items, document, echo, httpx.get(BASE + "/items").status_code]


def with_requests():
    import requests

    session = requests.Session()
    session.headers.update(KEY)
    first = session.get(BASE + "/flaky").status_code
    try:
        session.get(BASE + "/flaky")
        second = "no error"
    except requests.ConnectionError:
        second = "reset"
    third = session.get(BASE + "/flaky").text
    lines = [line for line in session.get(BASE + "/events", stream=True).iter_lines(decode_unicode=True) if line]
    return [first, second, third, lines]


def what_goes_wrong():
    import httpx

    with httpx.Client(base_url=BASE, headers=KEY, timeout=0.1) as client:
        seen = []
        for path in ("/cut", "/half", "/hang", "/nowhere"):
            try:
                answer = client.get(path)
                seen.append([answer.status_code, answer.text[:7]])
            except httpx.HTTPError as error:
                seen.append(type(error).__name__)
        return seen


async def _aiohttp(count):
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def fetch(number):
            async with session.get(f"{BASE}/archive/{number}") as answer:
                return (await answer.json())["id"]

        return await asyncio.gather(*map(fetch, range(count)))


def with_aiohttp(count):
    return len(set(asyncio.run(_aiohttp(count))))


async def _httpx(count, at_once):
    import httpx

    limit = asyncio.Semaphore(at_once)
    async with httpx.AsyncClient(base_url=BASE, timeout=30) as client:

        async def fetch(number):
            async with limit:
                return (await client.get(f"/documents/{number}")).json()["id"]

        return await asyncio.gather(*map(fetch, range(count)))


def with_async_httpx(count, at_once):
    return len(set(asyncio.run(_httpx(count, at_once))))


async def _first():
    import httpx

    async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:

        async def begin():
            async with client.stream("GET", "/slow") as answer:
                async for part in answer.aiter_text():
                    begun.set()

        begun = asyncio.Event()
        task = asyncio.create_task(begin())
        await begun.wait()
        task.cancel()
        return (await client.get("/items")).status_code


def gives_up():
    return asyncio.run(_first())


def with_openai():
    import openai

    client = openai.OpenAI(base_url=BASE + "/v1", api_key="sk-right")
    hello = [{"role": "user", "content": "good day"}]
    # Its own retry handles the 429 that comes first.
    answer = client.chat.completions.create(model="toy", messages=hello)
    parts = [
        chunk.choices[0].delta.content
        for chunk in client.chat.completions.create(model="toy", messages=hello, stream=True)
        if chunk.choices and chunk.choices[0].delta.content
    ]
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    messages = [{"role": "user", "content": "How is the weather?"}]
    asked = client.chat.completions.create(model="toy", messages=messages, tools=tools).choices[0].message
    call = asked.tool_calls[0]
    messages += [asked, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    told = client.chat.completions.create(model="toy", messages=messages, tools=tools)
    try:
        client.chat.completions.create(model="toy", messages=[{"role": "user", "content": "word " * 80}])
        refused = "no error"
    except openai.BadRequestError as error:
        refused = error.code
    short = client.chat.completions.create(model="toy", messages=hello, max_tokens=2).choices[0]
    vectors = client.embeddings.create(model="toy-embed", input=["a cat", "a cat", "dogs"]).data
    return [
        answer.choices[0].message.content,
        answer.usage.total_tokens,
        parts,
        [call.function.name, call.function.arguments],
        told.choices[0].message.content,
        refused,
        [short.message.content, short.finish_reason],
        [len(vectors), vectors[0].embedding == vectors[1].embedding, len(vectors[2].embedding)],
        [model.id for model in client.models.list()],
    ]


def with_a_wrong_key():
    import openai

    try:
        openai.OpenAI(base_url=BASE + "/v1", api_key="sk-wrong").models.list()
        return "no error"
    except openai.AuthenticationError as error:
        return error.code


def retries(wait):
    import httpx

    time.sleep = lambda seconds: None if wait == "patched" else _sleep(seconds)
    with httpx.Client(base_url=BASE, headers=KEY) as client:
        for _ in range(3):
            try:
                if client.get("/flaky").status_code == 200:
                    return "well"
            except httpx.HTTPError:
                pass
            time.sleep(0.03)


_sleep = time.sleep
