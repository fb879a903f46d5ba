using System.Text.RegularExpressions;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.FirstMinutes;

/// <summary>What a person does first: clones the repository, types ./run.sh, and then what that says. And the same again the next day.</summary>
public sealed partial class RunScriptTests(ITestOutputHelper output) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("run-").FullName;

    string _typed = "";

    string Clone => Path.Combine(_folder, "grimoire");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Row", "AZ09")]
    public async Task From_a_clean_clone_it_casts_a_spell_keeps_it_and_forgets_it_when_told_to()
    {
        await using (ScriptRun cloning = ScriptRun.Of(_folder, Settings(), "-c", $"git clone -q '{ScriptRun.Checkout}' grimoire"))
        {
            Assert.True(await cloning.EndAsync() == 0, cloning.Said);
        }

        string first = await RunAsync();
        string[] cast = [.. CastId().Matches(first + _typed).Select(id => id.Value)];
        Assert.Contains("Building (the first time takes a minute or two).", first, StringComparison.Ordinal);
        Assert.Matches(@"\d\d:\d\d:\d\d  image        attempt 1  started", first);
        Assert.Contains("image        made image/cover.png", first, StringComparison.Ordinal);
        Assert.Contains("cast         completed, for 0.08", first, StringComparison.Ordinal);

        string second = await RunAsync();
        Assert.DoesNotContain("Building", second, StringComparison.Ordinal);
        Match kept = Kept().Match(second);
        Assert.Contains(kept.Groups["id"].Value, cast);
        Assert.Equal(FirstKey.In(first), FirstKey.In(second));

        string fresh = await RunAsync("--fresh");
        Assert.DoesNotContain("Building", fresh, StringComparison.Ordinal);
        Assert.Contains("removed from", fresh, StringComparison.Ordinal);
        Assert.Contains("Casting the sample spell", fresh, StringComparison.Ordinal);
        Assert.All(cast, id => Assert.DoesNotContain(id, fresh, StringComparison.Ordinal));
        Assert.NotEqual(FirstKey.In(first), FirstKey.In(fresh));
    }

    /// <summary>A run until it has said everything, what it says to type, and Ctrl-C.</summary>
    async Task<string> RunAsync(params string[] arguments)
    {
        await using ScriptRun run = ScriptRun.Of(Clone, Settings(), ["run.sh", .. arguments]);
        try
        {
            await run.SeeAsync("Ctrl-C stops everything");
            await TypeAsync(run.Said);
            Assert.Equal(130, await run.InterruptAsync());
        }
        finally
        {
            run.Tell(output);
        }

        Assert.Contains("Stopped. What was cast is kept in", run.Said, StringComparison.Ordinal);
        Assert.Empty(ScriptRun.WorkingIn(Clone));
        AssertTheKeyIsNobodyElses(run.Said);
        return run.Said;
    }

    async Task TypeAsync(string said)
    {
        string typed = string.Join('\n', said.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)));
        Assert.Equal(3, Regex.Count(typed, "(?m)^ +curl "));
        await using ScriptRun typing = ScriptRun.Of(_folder, Settings(), "-c", "set -e\n" + typed);

        Assert.True(await typing.EndAsync() == 0, typing.Said);
        _typed = typing.Said;
        Assert.Contains("\"status\":\"completed\"", typing.Said, StringComparison.Ordinal);
        Assert.Matches("album-cover 1  completed after ", typing.Said);
        Assert.Contains("\"castId\"", typing.Said, StringComparison.Ordinal);
        byte[] picture = await File.ReadAllBytesAsync(Path.Combine(_folder, "cover.png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
        File.Delete(Path.Combine(_folder, "cover.png"));
    }

    void AssertTheKeyIsNobodyElses(string said)
    {
        string state = Path.Combine(Clone, ".grimoire");
        string key = File.ReadAllText(Path.Combine(state, "key")).Trim();
        Assert.Contains($"/#key={key}", said, StringComparison.Ordinal);
        Assert.DoesNotContain(key, File.ReadAllText(Path.Combine(state, "app.log")), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(state, "key")));
        }
    }

    // The clone is compiled as it is anywhere; whether it is in order is for others to look at.
    static Dictionary<string, string> Settings() => new() { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["RunAnalyzers"] = "false" };

    [GeneratedRegex("main-[0-9a-z]{16,}")]
    private static partial Regex CastId();

    [GeneratedRegex("What was cast before is still there: (?<id>main-[0-9a-z]+), for one")]
    private static partial Regex Kept();
}
