using System.IO.Compression;
using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>Cooks, from their table to what they have come to.</summary>
[Collection(OtherWorld.Name)]
public sealed class CookTests(World world)
{
    [Fact]
    [Trait("Row", "UX13")]
    public async Task A_cook_of_a_table_is_watched_line_by_line_and_exported()
    {
        using var home = world.Home();
        home.Write("names.csv", "name\nAda\nGrace\nEdsger\n");
        var run = (await home.RunAsync("cook", "start", "hello@1", "--pieces", "names.csv", "--name", "Greetings", "--concurrency", "2", "--watch")).Ends(0);
        var id = run.Error.Split('\n')[0];
        Assert.Matches(@"\d\d:\d\d:\d\d\.\d{3}Z  \d of 3 pieces done", run.Out);
        Assert.Contains("3 of 3 pieces done, $0.00", run.Out, StringComparison.Ordinal);

        Assert.Equal("Greetings", (await home.RunAsync("cook", "show", id, "--json")).Ends(0).Json.GetProperty("settings").GetProperty("name").GetString());
        (await home.RunAsync("cook", "results", id, "--format", "csv", "-o", "out.csv")).Ends(0);
        Assert.Contains("Hello, Grace!", await File.ReadAllTextAsync(Path.Combine(home.Work, "out.csv")), StringComparison.Ordinal);
        Assert.Equal(3, (await home.RunAsync("cook", "results", id)).Ends(0).Out.TrimEnd().Split('\n').Length);
        (await home.RunAsync("cook", "artifacts", id, "-o", "out.zip")).Ends(0);
        await using var zip = await ZipFile.OpenReadAsync(Path.Combine(home.Work, "out.zip"));
        Assert.Contains(zip.Entries, entry => entry.FullName == "pieces/000001/keep/hello.txt");
        Assert.Equal(3, (await home.RunAsync("cook", "pieces", id, "--json")).Ends(0).Json.GetProperty("pieces").GetArrayLength());
        Assert.Contains(id, (await home.RunAsync("cook", "list", "--status", "completed")).Ends(0).Out, StringComparison.Ordinal);
        (await home.RunAsync("cook", "pause", id)).Ends(6);
    }

    [Fact]
    public async Task A_cook_whose_pieces_fail_ends_with_1_and_is_tried_again()
    {
        using var home = world.Home();
        var spell = home.Write("parse.json", """{"slug":"parse","steps":[{"id":"p","tool":"json.parse","with":{"text":"${inputs.text}"}}],"inputs":{"type":"object","properties":{"text":{"type":"string"}}}}""");
        home.Write("pieces.jsonl", "{\"text\": \"1\"}\n\n{\"text\": \"{ no\"}\n");
        var run = (await home.RunAsync("cook", "start", spell, "--pieces", "pieces.jsonl", "--name", "Mixed", "--watch")).Ends(1);
        Assert.Contains("piece 1 failed: json.malformed", run.Out, StringComparison.Ordinal);
        Assert.Contains("cook.tooManyFailed", run.Out, StringComparison.Ordinal);
        var id = run.Error.Split('\n')[0];
        Assert.Contains("json.malformed", (await home.RunAsync("cook", "pieces", id, "--status", "failed")).Ends(0).Out, StringComparison.Ordinal);
        Assert.Equal("Mixed", (await home.RunAsync("cook", "show", id, "--json")).Ends(0).Json.GetProperty("settings").GetProperty("name").GetString());
        (await home.RunAsync("cook", "retry", id, "--watch")).Ends(1);
        Assert.Equal(2, (await home.RunAsync("cook", "show", id, "--json")).Json.GetProperty("generation").GetInt32());
    }

    [Fact]
    public async Task A_wrong_table_is_told_before_anything_is_cast()
    {
        using var home = world.Home();
        home.Write("bad.csv", "nme\nAda\n");
        Assert.Contains("input.unknown", (await home.RunAsync("cook", "start", "album-cover", "--pieces", "bad.csv")).Ends(3).Error, StringComparison.Ordinal);
        home.Write("bad.jsonl", "{}\n{ no\n");
        Assert.Contains("bad.jsonl:2:", (await home.RunAsync("cook", "start", "hello", "--pieces", "bad.jsonl")).Ends(3).Error, StringComparison.Ordinal);
        home.Write("list.json", "[{\"name\": 3}]");
        Assert.Contains("/pieces/0/name", (await home.RunAsync("cook", "start", "hello", "--pieces", "list.json")).Ends(3).Error, StringComparison.Ordinal);
        home.Write("spell.json", """{"slug":"s","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""");
        (await home.RunAsync("cook", "start", "spell.json", "--pieces", "bad.csv")).Ends(2);
        (await home.RunAsync("cook", "start", "hello@99", "--pieces", "bad.csv")).Ends(5);
        (await home.RunAsync("cook", "start", "hello", "--pieces", "nothing.csv")).Ends(2);
    }

    [Fact]
    public async Task A_cook_is_cancelled()
    {
        using var home = world.Home();
        home.Write("pauses.json", """{"generate":{"product":{"pause":["PT1H","PT2H"]}}}""");
        var id = (await home.RunAsync("cook", "start", "nightly", "--pieces", "pauses.json", "--json")).Ends(0).Json.GetProperty("cookId").GetString()!;
        (await home.RunAsync("cook", "cancel", id, "--reason", "Enough")).Ends(0);
        (await home.RunAsync("cook", "watch", id, "--json")).Ends(8);
    }
}
