using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>Requests that nobody in their right mind sends: for one seed always the same ones.</summary>
internal sealed class Nonsense(int seed)
{
    /// <summary>As they stand in the path of a URL.</summary>
    static readonly string[] Segments =
    [
        "..", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "..%5c..%5cwindows", "a%2fb", "%00", "a%00.json", "%c0%ae%c0%ae", "%ff%fe", "%", "%zz", "%20", "+", ".", "~", "-", "null",
        "undefined", "con", "a;b=c", "a%3fb%23c", "%F0%9F%98%80", "%E2%80%AE%D0%B0", "main-", "main-0000000000000000000", "main-0000000000000000000~..%2f..", "main.cook-0000000000000000000",
        "main.piece-0000000000000000000~000000-0", "MAIN-0000000000000000000", "0", "-1", "99999999999999999999", "1.5", "true", "<script>alert(1)</script>", "$%7Binputs.a%7D", "'%20or%201=1--", "%0d%0aX-Evil:%201",
        new('a', 33), new('a', 201), new('a', 5_000), string.Concat(Enumerable.Repeat("%F0%9F%98%80", 60)),
    ];

    /// <summary>As they stand in the query.</summary>
    static readonly string[] Values =
    [
        "", "0", "-1", "1", "1.5", "99999999999999999999", "-99999999999999999999", "1e9", "NaN", "Infinity", "true", "TRUE", "no", "null", "%00", "%ff", "%", "%F0%9F%98%80", "..%2f..", "[]", "{}", "a,b,,c", ",", "completed,nothing",
        "2026-13-45", "2026-02-30T25:61:61Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "P1Y", "PT-5M", "PT99999999999H", "-P1D", "'%3bdrop%20table%20instances%3b--", "AAAA", "YWJj", "0:", "1:zzz", new('9', 3_000), new('z', 3_000),
    ];

    static readonly (string Name, string Value)[] Headers =
    [
        ("Idempotency-Key", ""), ("Idempotency-Key", new string('k', 5_000)), ("Idempotency-Key", "../../x"), ("If-Match", "*"), ("If-Match", "\"nothing\""), ("If-None-Match", "nonsense, \""), ("Range", "bytes=5-2"),
        ("Range", "bytes=-"), ("Range", "bytes=99999999999999999999-"), ("Range", "lines=1-2"), ("Accept", "image/png"), ("Accept", ";;;"), ("traceparent", "00-zz-zz-zz"), ("traceparent", new string('0', 900)),
        ("tracestate", ",,=,="), ("webhook-id", "x"), ("webhook-timestamp", "99999999999999999999"), ("webhook-signature", "v1,%%%"), ("X-HTTP-Method-Override", "DELETE"), ("Content-Type", "text/plain"),
        ("Content-Type", "application/json; charset=utf-99"), ("Content-Type", "multipart/form-data"), ("Content-Type", "text/csv"), ("Content-Type", "application/x-ndjson"), ("Content-Encoding", "gzip"), ("Accept-Language", new string('a', 3_000)),
    ];

    readonly Random _random = new(seed);

    public bool Chance(double of) => _random.NextDouble() < of;

    public T Of<T>(IReadOnlyList<T> some) => some[_random.Next(some.Count)];

    public string Segment() => Of(Segments);

    public string Value() => Of(Values);

    public (string Name, string Value) Header() => Of(Headers);

    /// <summary>A body for what wants an object of these fields: often one of them, with values of every kind.</summary>
    public byte[] Body(IReadOnlyList<string> fields) => _random.Next(12) switch
    {
        0 => [],
        1 => [0xff, 0xfe, 0x00, 0xc0, 0xaf],
        2 => Encoding.UTF8.GetBytes("{\"" + string.Join("\":{\"", Enumerable.Repeat("a", 200)) + "\":1" + new string('}', 200)),
        3 => Encoding.UTF8.GetBytes(Of(["null", "[]", "5", "\"text\"", "{", "{\"a\":1,\"a\":2}", "{\"a\":1e999}", "{\"\\ud800\":1}", "{}{}", "\ufeff{}", "NaN", "{\"a\":\"\\u0000\"}", "a,b\n1,2", "{\"inputs\":{}}\n{\"inputs\":5}\nnot json"])),
        _ => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Object(fields, 4))),
    };

    /// <summary>A right body, in which up to two places are something else.</summary>
    public byte[] Spoilt(object right, IReadOnlyList<string> fields)
    {
        JsonNode body = JsonSerializer.SerializeToNode(right)!;
        for (int i = _random.Next(3); i > 0; i--)
        {
            Spoil(body, fields);
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    void Spoil(JsonNode node, IReadOnlyList<string> fields)
    {
        while (true)
        {
            JsonNode? inner = node switch
            {
                JsonObject { Count: > 0 } some => some.ElementAt(_random.Next(some.Count)).Value,
                JsonArray { Count: > 0 } some => some[_random.Next(some.Count)],
                _ => null,
            };
            if (inner is JsonObject or JsonArray && Chance(0.7))
            {
                node = inner;
                continue;
            }

            JsonNode? nonsense = JsonSerializer.SerializeToNode(Any(fields, 2));
            if (inner is not null && Chance(0.8))
            {
                inner.ReplaceWith(nonsense);
            }
            else if (node is JsonObject fieldsOfIt)
            {
                fieldsOfIt[Of(fields)] = nonsense;
            }
            else if (node is JsonArray items)
            {
                items.Add(nonsense);
            }

            return;
        }
    }

    Dictionary<string, object?> Object(IReadOnlyList<string> fields, int depth)
    {
        var made = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (int i = _random.Next(1, 6); i > 0; i--)
        {
            made[fields.Count > 0 && Chance(0.95) ? Of(fields) : Of(["", "__proto__", "$ref", "a/b~c", "\u202e", "x\ud83d\ude00", "id"])] = Any(fields, depth);
        }

        return made;
    }

    object? Any(IReadOnlyList<string> fields, int depth) => _random.Next(depth > 0 ? 14 : 10) switch
    {
        0 => null,
        1 => Chance(0.5),
        2 => Of<object>([0, 1, -1, int.MaxValue, long.MinValue, 1.5, -0.0, 1e300, 1e-300, 123_456_789_012_345_678m]),
        3 => "",
        4 => new string('x', Of([65, 257, 5_000, 70_000])),
        5 => Of(["${", "${inputs}", "${steps.a.output.b[0]}", "${inputs.a + }", "${'\u0000'}", "$${x}", "https://[::1", "http://127.0.0.1:1/", "file:///etc/passwd", "javascript:alert(1)", "ftp://x"]),
        6 => Of(["\u0000", "\u202e\u0430", "\ud83d\ude00", "a\r\nb", "../../etc/passwd", "<b>&amp;", "{{x}}", "%s%n", "'; --", "\u00e9\u0301"]),
        7 => Of(["json.value", "text.artifact", "a", "private", "P1D", "PT0S", "-PT5M", "2026-11-22", "2026-11-22T00:00:00Z", "GET", "webhook", "poll", "continue", "http", "llm", "*/5 * * * *"]),
        8 => Array.Empty<object>(),
        9 => new Dictionary<string, object?>(),
        10 or 11 => Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Any(fields, depth - 1)).ToArray(),
        _ => Object(fields, depth - 1),
    };
}
