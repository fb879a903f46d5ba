using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Casts that have ended, done again without paying twice.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "UX05")]
public sealed class RedriveTests(AppWithFiles shared) : IAsyncLifetime
{
    /// <summary>Part of every body of one test: faults strike no other.</summary>
    readonly string _mark = Guid.NewGuid().ToString("N");
    readonly GrimoireApp _app = shared.App;
    readonly SandboxProcess _sandbox = shared.Sandbox;

    public Task InitializeAsync() => SaveToolAsync("main");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task From_the_step_that_failed_what_came_before_is_taken_over_and_costs_nothing()
    {
        string fault = await BreakAsync("second");
        string old = await _app.CastAsync(new { slug = "chain", steps = Chain() });
        await _app.EndAsync(old, "failed");
        await _sandbox.RemoveFaultAsync(fault);

        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{old}/redrive");

        string again = started.GetProperty("castId").GetString()!;
        JsonElement cast = await _app.EndAsync(again);
        Assert.Equal(old, started.GetProperty("redriveOf").GetString());
        Assert.Equal(old, cast.GetProperty("redriveOf").GetString());
        Assert.Equal(0.02m, cast.GetProperty("costUsd").GetDecimal());
        Assert.Equal($"third second first {_mark}", cast.GetProperty("output").GetProperty("value").GetString());
        JsonElement first = cast.GetProperty("steps")[0];
        Assert.Equal((old, 0), (first.GetProperty("reusedFrom").GetString(), first.GetProperty("attempts").GetInt32()));
        Assert.Empty((await _sandbox.CallsAsync("/paid", $"{again}.first.*")).Calls);
        Assert.Single((await _sandbox.CallsAsync("/paid", $"{old}.first.*")).Calls);
    }

    [Fact]
    public async Task A_redrive_can_itself_be_redriven_and_takes_over_what_it_had_taken_over()
    {
        string fault = await BreakAsync("third");
        string old = await _app.CastAsync(new { slug = "chain", steps = Chain() });
        await _app.EndAsync(old, "failed");
        string second = await RedriveAsync(old);
        await _app.EndAsync(second, "failed");
        await _sandbox.RemoveFaultAsync(fault);

        string third = await RedriveAsync(second);

        JsonElement cast = await _app.EndAsync(third);
        Assert.Equal(0.01m, cast.GetProperty("costUsd").GetDecimal());
        Assert.Equal([old, old], cast.GetProperty("steps").EnumerateArray().Take(2).Select(step => step.GetProperty("reusedFrom").GetString()));
    }

    [Fact]
    public async Task From_any_step_with_edited_inputs()
    {
        var spell = new { slug = "greeter", steps = (object[])[Paid("first", $"first {_mark}"), Paid("second", "${inputs.name} ${steps.first.output.value}")] };
        string old = await _app.CastAsync(spell, new { name = "Ada", kept = 1 });
        await _app.EndAsync(old);

        string again = await RedriveAsync(old, new { fromStep = "second", inputs = new { name = "Grace" } });

        JsonElement cast = await _app.EndAsync(again);
        Assert.Equal($"Grace first {_mark}", cast.GetProperty("output").GetProperty("value").GetString());
        Assert.Equal(0.01m, cast.GetProperty("costUsd").GetDecimal());
        Assert.Equal("""{"name":"Grace","kept":1}""", JsonSerializer.Serialize(cast.GetProperty("inputs")));
    }

    [Fact]
    [Trait("Row", "UX04")]
    public async Task With_the_spell_as_it_was_or_with_its_newest_version()
    {
        string slug = $"versioned-{_mark}";
        object Spell(string last) => new
        {
            slug,
            steps = (object[])[Paid("first", $"first {_mark}"), new { id = "last", tool = "json.value", with = new { value = last } }],
        };
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/{slug}", Spell("${steps.first.output.value} ${inputs.missing}"));
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"spells/{slug}/casts", new { inputs = new { } });
        string old = started.GetProperty("castId").GetString()!;
        await _app.EndAsync(old, "failed");
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/{slug}", Spell("mended ${steps.first.output.value}"));

        string original = await RedriveAsync(old);
        string newest = await RedriveAsync(old, new { version = "newest" });

        Assert.Equal(1, (await _app.EndAsync(original, "failed")).GetProperty("spellVersion").GetInt32());
        JsonElement cast = await _app.EndAsync(newest);
        Assert.Equal(2, cast.GetProperty("spellVersion").GetInt32());
        Assert.Equal($"mended first {_mark}", cast.GetProperty("output").GetString());
        Assert.Equal(0m, cast.GetProperty("costUsd").GetDecimal());
    }

    [Fact]
    public async Task Only_the_elements_that_are_not_done_run_again()
    {
        string fault = await BreakAsync("c");
        string old = await _app.CastAsync(new
        {
            slug = "each",
            steps = (object[])[new { id = "all", tool = "redrive.paid", forEach = "${['a', 'b', 'c']}", maxParallel = 1, retry = Once, with = new { value = "${item} " + _mark } }],
        });
        await _app.EndAsync(old, "failed");
        await _sandbox.RemoveFaultAsync(fault);

        string again = await RedriveAsync(old);

        JsonElement cast = await _app.EndAsync(again);
        Assert.Equal([$"a {_mark}", $"b {_mark}", $"c {_mark}"], cast.GetProperty("output").EnumerateArray().Select(item => item.GetProperty("value").GetString()));
        Assert.Equal(0.01m, cast.GetProperty("costUsd").GetDecimal());
        Assert.Equal([$"{again}.all[2].1"], (await _sandbox.CallsAsync("/paid", $"{again}.*")).Keys.Keys);
    }

    [Fact]
    public async Task A_sub_cast_that_failed_goes_on_where_it_failed()
    {
        string slug = $"inner-{_mark}";
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/{slug}", new { slug, steps = Chain() });
        string fault = await BreakAsync("second");
        string old = await _app.CastAsync(new { slug = "outer", steps = (object[])[new { id = "sub", spell = slug, with = new { } }] });
        await _app.EndAsync(old, "failed");
        await _sandbox.RemoveFaultAsync(fault);

        string again = await RedriveAsync(old);

        JsonElement cast = await _app.EndAsync(again);
        Assert.Equal($"third second first {_mark}", cast.GetProperty("output").GetProperty("value").GetString());
        Assert.Equal(0.02m, cast.GetProperty("costUsd").GetDecimal());
        Assert.Equal($"{old}~sub.1", (await _app.GetAsync($"casts/{again}~sub.1")).GetProperty("redriveOf").GetString());
    }

    [Fact]
    public async Task Branches_of_a_graph_that_were_broken_off_go_on_with_what_they_had_paid_for()
    {
        string slug = $"branch-{_mark}";
        object patient = new { maxAttempts = 3, firstInterval = "PT1H", maxInterval = "PT1H" };
        object[] steps = [Paid("first", $"first {_mark}"), new { id = "second", tool = "redrive.paid", retry = patient, with = new { value = "second ${steps.first.output.value}" } }];
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/{slug}", new { slug, steps });
        string c = await BreakAsync("c"), second = await BreakAsync("second");
        string old = await _app.CastAsync(new
        {
            slug = "branches",
            order = "graph",
            steps = (object[])
            [
                new { id = "each", tool = "redrive.paid", forEach = "${['a', 'b', 'c']}", maxParallel = 1, retry = patient, with = new { value = "${item} " + _mark } },
                new { id = "sub", spell = slug, with = new { } },
            ],
        });
        await _app.WaitsAsync(old, "each");
        await _app.WaitsAsync($"{old}~sub.1", "second");
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{old}/cancel");
        await _app.EndAsync(old, "cancelled");
        await _sandbox.RemoveFaultAsync(c);
        await _sandbox.RemoveFaultAsync(second);

        string again = await RedriveAsync(old);

        JsonElement cast = await _app.EndAsync(again);
        Assert.Equal([$"{again}.each[2].1"], (await _sandbox.CallsAsync("/paid", $"{again}.each*")).Keys.Keys);
        Assert.Equal([$"{again}~sub.1.second.1"], (await _sandbox.CallsAsync("/paid", $"{again}~*")).Keys.Keys);
        Assert.Equal(0.02m, cast.GetProperty("costUsd").GetDecimal());
    }

    [Fact]
    public async Task A_step_that_went_well_runs_again_wholly_when_it_is_asked_for()
    {
        string slug = $"whole-{_mark}";
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/{slug}", new { slug, steps = Chain() });
        string old = await _app.CastAsync(new { slug = "outer", steps = (object[])[new { id = "sub", spell = slug, with = new { } }] });
        await _app.EndAsync(old);

        string again = await RedriveAsync(old, new { fromStep = "sub" });

        Assert.Equal(0.03m, (await _app.EndAsync(again)).GetProperty("costUsd").GetDecimal());
    }

    [Fact]
    [Trait("Row", "UX11")]
    public async Task All_that_a_filter_finds_once_for_each_key()
    {
        string account = $"bulk{_mark[..8]}";
        await SaveToolAsync(account);
        string fault = await BreakAsync("second");
        var failed = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = new { slug = "chain", steps = Chain() } });
            failed.Add(started.GetProperty("castId").GetString()!);
            await _app.EndAsync(failed[^1], "failed");
        }

        await _sandbox.RemoveFaultAsync(fault);
        string route = $"casts/redrive?account={account}&spell=chain";
        JsonElement dry = await _app.ExpectAsync(HttpStatusCode.OK, "POST", route, new { dryRun = true });
        JsonElement all = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", route, null, ("Idempotency-Key", "mend"));
        JsonElement repeated = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", route, null, ("Idempotency-Key", "mend"));

        Assert.Equal(failed.Order(), dry.GetProperty("redriven").EnumerateArray().Select(cast => cast.GetProperty("castId").GetString()!).Order());
        string[] again = [.. all.GetProperty("redriven").EnumerateArray().Select(cast => cast.GetProperty("again").GetString()!)];
        Assert.Equal(3, again.Distinct().Count());
        Assert.Equal(again, repeated.GetProperty("redriven").EnumerateArray().Select(cast => cast.GetProperty("again").GetString()!));
        foreach (string id in again)
        {
            await _app.EndAsync(id);
        }
    }

    [Fact]
    public async Task What_cannot_be_redriven_is_refused_with_the_reason()
    {
        string running = await _app.CastAsync(Samples.Patient);
        string done = await _app.CastAsync(Samples.Greeting, new { name = "x" });
        await _app.EndAsync(done);

        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.running", "POST", $"casts/{running}/redrive");
        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.notRedrivable", "POST", $"casts/{done}/redrive");
        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.notRedrivable", "POST", $"casts/{done}/redrive", new { fromStep = "nowhere" });
        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.inline", "POST", $"casts/{done}/redrive", new { fromStep = "loud", version = "newest" });
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "POST", "casts/main-0000000000000000000/redrive");
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "cast.idInvalid", "POST", "casts/nonsense/redrive");
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", $"casts/{done}/redrive", new { version = "latest" });
        await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "inputs.invalid", "POST", $"casts/{done}/redrive", new { fromStep = "loud", inputs = new { name = 5 } });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "POST", "casts/redrive?status=completed");
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "POST", "casts/redrive?stauts=failed", new { dryRun = true });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "idempotencyKey.missing", "POST", "casts/redrive?status=failed");
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{running}/cancel");
        await _app.EndAsync(running, "cancelled");
    }

    static object Once => new { maxAttempts = 1 };

    object[] Chain() =>
    [
        Paid("first", $"first {_mark}"),
        Paid("second", "second ${steps.first.output.value}"),
        Paid("third", "third ${steps.second.output.value}"),
    ];

    static object Paid(string id, string value) => new { id, tool = "redrive.paid", retry = Once, with = new { value } };

    async Task SaveToolAsync(string account)
    {
        using HttpResponseMessage saved = await _app.SendAsync("PUT", $"tools/redrive.paid?account={account}", new
        {
            kind = "http",
            request = new { url = new Uri(_sandbox.Url, "paid").ToString(), body = new { value = "${inputs.value}" } },
            response = new { output = new { value = "${response.body.value}" }, costUsd = "${response.body.costUsd}" },
        });
        saved.EnsureSuccessStatusCode();
    }

    /// <summary>From now on the provider refuses what begins with this word.</summary>
    async Task<string> BreakAsync(string word) =>
        (await _sandbox.SetFaultAsync(new SandboxFault("500", "/paid") { Times = 1000, Body = word == "c" ? $"\"c {_mark}" : $"\"{word} {(word == "third" ? "second first " : word == "second" ? "first " : "")}{_mark}" })).Id;

    async Task<string> RedriveAsync(string castId, object? how = null) =>
        (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{castId}/redrive", how)).GetProperty("castId").GetString()!;
}
