using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>
/// Every route that the app describes, with every kind of nonsense. FUZZ_SEED says which (1 if it does not), FUZZ_REQUESTS how many for each operation (30).
/// </summary>
public sealed partial class FuzzTests(ITestOutputHelper output)
{
    static readonly int Seed = Setting("FUZZ_SEED", 1);
    static readonly int PerOperation = Setting("FUZZ_REQUESTS", 30);

    /// <summary>What they mean to wait for would only take time.</summary>
    static readonly string[] Short = ["wait"];

    /// <summary>Of what is nearly right, more is read.</summary>
    static readonly Dictionary<string, object> Right = new(StringComparer.Ordinal)
    {
        ["post /casts"] = new { spell = Full, inputs = new { n = 1, names = (string[])["a", "b"] }, budgetUsd = 1, notify = (object[])[new { url = "http://127.0.0.1:1/", events = (string[])["cast.completed"] }], tags = new { a = "b" } },
        ["put /spells/{slug}"] = Full,
        ["post /spells/validate"] = new { spell = Full },
        ["post /spells/{slug}/casts"] = new { inputs = new { }, version = 1 },
        ["post /runs"] = new { plan = new { goal = "g", steps = (object[])[new { name = "a", tool = "json.value", inputs = new { value = 1 } }] } },
        ["post /cooks"] = new { spell = "private", generate = new { count = 3, seed = 1, unique = true, product = new { a = (object[])[1, 2] }, traits = new { b = new { x = 1, y = 2 } }, with = new { c = 1 } }, concurrency = 2, tolerated = 50, budgetUsd = 1 },
        ["put /tools/{id}"] = new
        {
            kind = "http",
            request = new { method = "POST", url = "http://127.0.0.1:1/", headers = new { a = "${secret:X}" }, query = new { q = "${inputs.n}" }, body = new { n = "${inputs.n}" } },
            response = new { output = new { value = "${response.body.value}" }, artifacts = (object[])[new { name = "a.png", url = "${response.body.url}" }], costUsd = "${response.body.cost}" },
            limits = new { concurrency = 2, timeout = "PT5S" },
            retry = new { maxAttempts = 2, firstDelay = "PT1S" },
        },
        ["put /notifications/{name}"] = new { url = "http://127.0.0.1:1/", events = (string[])["step.failed"] },
        ["post /keys"] = new { name = "k", role = "viewer", expiresAt = "2099-01-01T00:00:00Z" },
        ["put /accounts/{name}"] = new { },
        ["post /casts/redrive"] = new { filter = new { spell = "private" } },
        ["post /casts/{id}/redrive"] = new { from = "page", inputs = new { n = 2 } },
    };

    static object Full => new
    {
        slug = "private",
        inputs = new { type = "object", properties = new { n = new { type = "integer", @default = 1 }, names = new { type = "array", items = new { type = "string" } } } },
        steps = (object[])
        [
            new { id = "page", tool = "text.artifact", with = new { name = "page.txt", text = "${inputs.n}" }, retry = new { maxAttempts = 2, firstDelay = "PT1S" }, timeout = "PT5S" },
            new { id = "each", forEach = "${inputs.names ?? []}", tool = "json.value", with = new { value = "${item}" }, when = "${inputs.n > 0}", onError = "continue" },
            new { id = "last", tool = "json.value", needs = (string[])["page"], with = new { value = "${steps.each.output}" } },
        ],
        output = "${steps.last.output}",
    };

    [Fact]
    [Trait("Row", "NX12")]
    [Trait("Row", "KZ21")]
    public async Task Nothing_that_is_sent_to_any_route_is_the_fault_of_the_app()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        string main = app.Key!;
        Ids ids = await FillAsync(app);
        JsonElement api = await app.GetAsync("openapi.json");
        List<Operation> operations = OperationsOf(api);
        var wrong = new List<string>();
        int sent = 0;
        var answers = new ConcurrentDictionary<int, int>();

        await Parallel.ForEachAsync(operations.Index(), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (numbered, cancellation) =>
        {
            var nonsense = new Nonsense((Seed * 1_000) + numbered.Index);
            for (int i = 0; i < PerOperation; i++)
            {
                using HttpRequestMessage request = RequestOf(app, numbered.Item, nonsense, ids, main);
                string? fault = await FaultOfAsync(app, request, answers, cancellation);
                Interlocked.Increment(ref sent);
                if (fault is not null)
                {
                    lock (wrong)
                    {
                        wrong.Add($"{numbered.Item.Method} {request.RequestUri!.OriginalString}: {fault}");
                    }
                }
            }
        });

        output.WriteLine($"{sent} requests to {operations.Count} operations, seed {Seed}: {string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} x {answer.Key}"))}.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {sent} requests (seed {Seed}):\n{string.Join('\n', wrong.Take(20))}\nThe app said:\n{Errors(app)}");
        Assert.True(operations.Count > 60, $"Only {operations.Count} operations are described.");
        await app.EndAsync(await app.CastAsync(Page()));
        Assert.DoesNotContain("root:", app.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>Null if the answer is one that the sender can be held to.</summary>
    static async Task<string?> FaultOfAsync(GrimoireApp app, HttpRequestMessage request, ConcurrentDictionary<int, int> answers, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await app.Process.Http.SendAsync(request, cancellation);
            answers.AddOrUpdate((int)response.StatusCode, 1, (_, count) => count + 1);
            string text = await response.Content.ReadAsStringAsync(cancellation);
            bool isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
            return (int)response.StatusCode >= 500 ? $"{(int)response.StatusCode} {Start(text)}"
                : text.Contains("root:x:", StringComparison.Ordinal) || text.Contains("   at Grimoire.", StringComparison.Ordinal) ? $"tells what is nobody's business: {Start(text)}"
                : response.Headers.Contains("X-Evil") ? "lets headers through"
                : (int)response.StatusCode >= 400 && isProblem && request.Method != HttpMethod.Head && Says(text) is { } unclear ? $"{(int)response.StatusCode}, unclear: {unclear}"
                : null;
        }
        catch (HttpRequestException broken)
        {
            return $"no answer: {broken.Message} {broken.InnerException?.Message}";
        }
    }

    static string? Says(string problem)
    {
        var said = JsonSerializer.Deserialize<JsonElement>(problem);
        return said.GetProperty("title").GetString() is { Length: > 0 } && said.GetProperty("detail").GetString() is { Length: > 0 } ? null : Start(problem);
    }

    static string Start(string text) => text.Length > 300 ? text[..300] : text;

    static HttpRequestMessage RequestOf(GrimoireApp app, Operation operation, Nonsense nonsense, Ids ids, string key)
    {
        // One that is right but for the body gets further than one of which nothing is.
        string path = Placeholders().Replace(operation.Path, match => nonsense.Chance(0.8) ? Good(match.Value, operation.Path, ids) : nonsense.Segment());
        string[] query = [.. operation.Query.Where(_ => nonsense.Chance(0.15)).Select(name => $"{name}={(Short.Contains(name) ? "0" : nonsense.Value())}")];
        if (nonsense.Chance(0.05))
        {
            query = [.. query, .. query, "nothing=1", "&&="];
        }

        var uri = new Uri($"{app.Process.Http.BaseAddress}api{path}{(query.Length > 0 ? "?" : "")}{string.Join('&', query)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()), uri);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        if (operation.Method is "put" or "post" or "patch" || nonsense.Chance(0.05))
        {
            request.Content = new ByteArrayContent(Right.TryGetValue($"{operation.Method} {operation.Path}", out object? right) && nonsense.Chance(0.6) ? nonsense.Spoilt(right, operation.Fields) : nonsense.Body(operation.Fields));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        if (nonsense.Chance(0.15))
        {
            (string name, string value) = nonsense.Header();
            if (!name.StartsWith("Content-", StringComparison.Ordinal))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            else if (request.Content is not null)
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    static List<Operation> OperationsOf(JsonElement api)
    {
        JsonElement components = api.GetProperty("components");

        // Those of all requests: what is a field here is a wrong one there.
        string[] all = [.. components.GetProperty("schemas").EnumerateObject().SelectMany(schema => schema.Value.TryGetProperty("properties", out JsonElement fields) ? fields.EnumerateObject().Select(field => field.Name) : []).Distinct().Order(StringComparer.Ordinal)];
        return
        [
            .. from path in api.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select new Operation(operation.Name, path.Name, [.. QueryOf(operation.Value, components)], FieldsOf(operation.Value, components) is { Count: > 0 } own ? own : all),
        ];
    }

    static IEnumerable<string> QueryOf(JsonElement operation, JsonElement components) =>
        from reference in operation.GetProperty("parameters").EnumerateArray()
        let parameter = components.GetProperty("parameters").GetProperty(reference.GetProperty("$ref").GetString()!.Split('/')[^1])
        where parameter.GetProperty("in").GetString() == "query"
        select parameter.GetProperty("name").GetString()!;

    /// <summary>The fields of the body and of what is in it.</summary>
    static List<string> FieldsOf(JsonElement operation, JsonElement components)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (operation.TryGetProperty("requestBody", out JsonElement body))
        {
            Collect(body, components, found, depth: 6);
        }

        return [.. found];
    }

    static void Collect(JsonElement schema, JsonElement components, HashSet<string> found, int depth)
    {
        if (depth == 0 || schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return;
        }

        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement one in schema.EnumerateArray())
            {
                Collect(one, components, found, depth);
            }

            return;
        }

        foreach (JsonProperty part in schema.EnumerateObject())
        {
            if (part is { Name: "$ref", Value.ValueKind: JsonValueKind.String } && components.GetProperty("schemas").TryGetProperty(part.Value.GetString()!.Split('/')[^1], out JsonElement meant))
            {
                Collect(meant, components, found, depth - 1);
            }
            else if (part is { Name: "properties", Value.ValueKind: JsonValueKind.Object })
            {
                found.UnionWith(part.Value.EnumerateObject().Select(field => field.Name));
                Collect(part.Value, components, found, depth - 1);
            }
            else
            {
                Collect(part.Value, components, found, depth);
            }
        }
    }

    /// <summary>One of everything, so that routes have something to find.</summary>
    static async Task<Ids> FillAsync(GrimoireApp app)
    {
        (_, string keyId) = await app.AccountAsync("acme");
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/private", Page());
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/private", new { kind = "http", request = new { url = "http://127.0.0.1:1/" } });
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "notifications/private", new { url = "http://127.0.0.1:1/", events = (string[])["step.failed"] });
        string cast = await app.CastAsync(Page());
        await app.EndAsync(cast);
        JsonElement cook = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks", new { spell = "private", pieces = (object[])[new { }] });
        return new Ids(cast, cook.GetProperty("cookId").GetString()!, keyId);
    }

    static string Good(string placeholder, string path, Ids ids) => (placeholder, path.Split('/')[1]) switch
    {
        ("{id}", "casts" or "runs") => ids.Cast,
        ("{id}", "cooks") => ids.Cook,
        ("{id}", "keys") => ids.Key,
        ("{name}", "casts" or "runs") => "page/page.txt",
        ("{name}", "accounts") => "acme",
        ("{step}", _) => "page",
        ("{version}", _) => "1",
        ("{attempt}", _) => "1",
        _ => "private",
    };

    static object Page() => new { slug = "private", steps = (object[])[new { id = "page", tool = "text.artifact", with = new { name = "page.txt", text = "x" } }] };

    static string Errors(GrimoireApp app) => string.Join('\n', app.Process.Output.Split('\n').Where(line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal)).Take(60));

    static int Setting(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    sealed record Operation(string Method, string Path, IReadOnlyList<string> Query, IReadOnlyList<string> Fields);

    sealed record Ids(string Cast, string Cook, string Key);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholders();
}
