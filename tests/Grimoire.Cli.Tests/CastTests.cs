using System.Security.Cryptography;
using System.Text.Json;
using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>Casts, from the start to what is done with them afterwards.</summary>
[Collection(SharedWorld.Name)]
public sealed class CastTests(World world)
{
    const string Failing = """{"slug":"failing","steps":[{"id":"first","tool":"text.case","with":{"text":"done","to":"upper"}},{"id":"parse","tool":"json.parse","with":{"text":"${inputs.text}"}}],"inputs":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}}""";
    const string Asking = """{"slug":"asking","steps":[{"id":"review","tool":"approval","with":{"question":"Shall it be?"}}]}""";

    [Fact]
    [Trait("Row", "UX13")]
    public async Task Watching_shows_retries_with_time_step_attempt_reason_and_cost()
    {
        using var home = world.Home();
        var run = (await home.RunAsync("cast", "resilient", "--input", "failures=1", "--watch")).Ends(0);
        var lines = run.Out.Split('\n');
        Assert.Contains(lines, line => line.Contains("charge          attempt 1   attempt.failed      http.status: 127.0.0.1 answered 429", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("charge          attempt 1   attempt.retrying    attempt 2 at ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("charge          attempt 2   attempt.started", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("(caught by apologise)", StringComparison.Ordinal));
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3}Z {30}cast\.completed +\$0\.01$", lines.Single(line => line.Contains("cast.completed", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task A_cast_that_fails_ends_with_1_and_is_redriven_from_where_it_failed()
    {
        using var home = world.Home();
        var file = home.Write("failing.json", Failing);
        var run = (await home.RunAsync("cast", file, "--input", "text={ no json", "--watch")).Ends(1);
        Assert.Contains("failed: step parse, attempt 1, phase execute: json.malformed", run.Out, StringComparison.Ordinal);
        var id = run.Error.Split('\n')[0];
        Assert.Contains($"grimoire redrive {id} --watch", run.Error, StringComparison.Ordinal);

        var again = (await home.RunAsync("redrive", id, "--input", "text={\"a\": 1}", "--version", "original", "--watch", "--json")).Ends(3);
        Assert.Contains("text is wanted", again.Error, StringComparison.Ordinal);
        again = (await home.RunAsync("redrive", id, "--inputs", """{"text":"{\"a\": 1}"}""", "--watch", "--json")).Ends(0);
        Assert.Equal(id, again.Json.GetProperty("redriveOf").GetString());
        Assert.Equal(id, again.Json.GetProperty("steps")[0].GetProperty("reusedFrom").GetString());
        Assert.Contains("step.reused", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_cast_has_made_is_saved_with_what_it_is_checked_by()
    {
        using var home = world.Home();
        var run = (await home.RunAsync("cast", "album-cover", "--input", "artist=Blue Train", "--input", "things=[\"mug\"]", "--save", "covers", "--json")).Ends(0);
        var artifacts = run.Json.GetProperty("artifacts").EnumerateArray().ToList();
        Assert.Equal(2, artifacts.Count);
        foreach (var artifact in artifacts)
        {
            var file = Path.Combine(home.Work, "covers", artifact.GetProperty("artifact").GetString()!);
            Assert.Equal(artifact.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))));
        }

        var id = run.Json.GetProperty("id").GetString()!;
        var again = (await home.RunAsync("artifacts", "download", id, "image/cover.png", "--dir", "covers", "--json")).Ends(0);
        Assert.Equal("unchanged", again.Json.EnumerateArray().Single().GetProperty("result").GetString());
        Assert.Contains("image/cover.png", (await home.RunAsync("artifacts", "list", id)).Ends(0).Out, StringComparison.Ordinal);
        (await home.RunAsync("artifacts", "download", id, "nothing.png")).Ends(5);
    }

    [Fact]
    public async Task What_a_step_asks_is_answered_with_the_command_that_is_shown()
    {
        using var home = world.Home();
        var run = await home.InterruptAsync("approval.requested", "cast", home.Write("asking.json", Asking), "--watch");
        run.Ends(130);
        var id = run.Error.Split('\n')[0];
        Assert.Contains($"The cast goes on. To watch it again: grimoire watch {id}", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Answer: grimoire answer {id} review --approve --by NAME", run.Out, StringComparison.Ordinal);
        Assert.Contains("asks: Shall it be?", (await home.RunAsync("casts", "show", id)).Ends(0).Out, StringComparison.Ordinal);
        var asked = (await home.RunAsync("approvals")).Ends(0).Out;
        Assert.Contains(id, asked, StringComparison.Ordinal);
        Assert.Contains("Shall it be?", asked, StringComparison.Ordinal);
        (await home.RunAsync("answer", id, "review", "--by", "ann")).Ends(2);
        (await home.RunAsync("answer", id, "review", "--approve", "--reject", "--by", "ann")).Ends(2);
        (await home.RunAsync("answer", id, "review", "--approve", "--by", "ann", "--comment", "Yes.")).Ends(0);
        (await home.RunAsync("watch", id)).Ends(0);
        (await home.RunAsync("answer", id, "review", "--reject", "--by", "bob")).Ends(6);
    }

    [Fact]
    public async Task A_cast_is_paused_resumed_recovered_and_cancelled()
    {
        using var home = world.Home();
        var id = (await home.RunAsync("cast", "nightly", "--input", "pause=PT1H", "--json")).Ends(0).Json.GetProperty("castId").GetString()!;
        (await home.RunAsync("pause", id, "--reason", "Prices")).Ends(0);
        (await home.RunAsync("resume", id)).Ends(0);
        (await home.RunAsync("recover", id)).Ends(0);
        (await home.RunAsync("cancel", id, "--reason", "Enough")).Ends(0);
        var run = (await home.RunAsync("watch", id)).Ends(8);
        Assert.Contains("cancelled", run.Out, StringComparison.Ordinal);
        (await home.RunAsync("cancel", id)).Ends(6);
        (await home.RunAsync("casts", "remove", id)).Ends(0);
        (await home.RunAsync("casts", "show", id)).Ends(5);
    }

    [Fact]
    public async Task The_same_key_starts_nothing_twice()
    {
        using var home = world.Home();
        string[] command = ["cast", "hello", "--idempotency-key", "cli-once", "--json"];
        var first = (await home.RunAsync(command)).Ends(0).Json.GetProperty("castId").GetString();
        Assert.Equal(first, (await home.RunAsync(command)).Ends(0).Json.GetProperty("castId").GetString());
        (await home.RunAsync("cast", "hello", "--input", "name=Ada", "--idempotency-key", "cli-once")).Ends(6);
    }

    [Fact]
    public async Task Inputs_come_from_flags_files_and_pipes_as_JSON_or_text()
    {
        using var home = world.Home();
        var spell = home.Write("echo.yaml", "slug: echo\nsteps:\n  - id: value\n    tool: json.value\n    with: { value: \"${inputs}\" }\n");
        home.Write("inputs.yaml", "from: yaml\nn: 1\n");
        var piped = (await home.RunWithAsync("""{"a": 1, "b": "kept"}""", "cast", spell, "--inputs", "-", "--input", "a=2", "--input", "c=true", "--input", "d=2nd", "--input", "e=x=y", "--watch", "--json")).Ends(0);
        Assert.Equal("""{"a":2,"b":"kept","c":true,"d":"2nd","e":"x=y"}""", JsonSerializer.Serialize(piped.Json.GetProperty("inputs")));
        var file = (await home.RunAsync("cast", spell, "--inputs", "inputs.yaml", "--watch", "--json")).Ends(0);
        Assert.Equal("yaml", file.Json.GetProperty("inputs").GetProperty("from").GetString());
        (await home.RunAsync("cast", spell, "--inputs", "nothing.json")).Ends(2);
        (await home.RunAsync("cast", spell, "--inputs", "{ no json")).Ends(3);
        (await home.RunAsync("cast", spell, "--input", "novalue")).Ends(2);
        Assert.Contains("/inputs/name: inputs.invalid", (await home.RunAsync("cast", "hello", "--input", "name=3")).Ends(3).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Casts_are_listed_with_filters_and_events_are_JSON_lines()
    {
        using var home = world.Home();
        var id = (await home.RunAsync("cast", "storyboard", "--input", "story=A lighthouse", "--watch", "--json")).Ends(0).Json.GetProperty("id").GetString()!;
        var list = (await home.RunAsync("casts", "list", "--spell", "storyboard", "--status", "completed", "--top", "1", "--json")).Ends(0).Json.GetProperty("casts");
        Assert.Equal(1, list.GetArrayLength());
        Assert.Contains("storyboard", (await home.RunAsync("casts", "list", "--all")).Ends(0).Out, StringComparison.Ordinal);
        (await home.RunAsync("casts", "list", "--status", "sleeping")).Ends(2);

        var events = (await home.RunAsync("events", id, "--follow", "--json")).Ends(0).Out.TrimEnd().Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(happened => happened.GetProperty("seq").GetInt32()));
        Assert.Equal("cast.completed", events[^1].GetProperty("type").GetString());
        var plain = (await home.RunAsync("events", id)).Ends(0).Out;
        Assert.Contains($"grimoire watch {id}~panels.0.1", plain, StringComparison.Ordinal);
        Assert.Equal(events.Count, plain.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task What_is_not_there_is_5()
    {
        using var home = world.Home();
        (await home.RunAsync("cast", "no-such-spell")).Ends(5);
        (await home.RunAsync("watch", "main-ybqz67ph83qb3f9jgmj")).Ends(5);
        (await home.RunAsync("cast", "missing.json")).Ends(2);
    }
}
