using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Grimoire.EndToEnd.Tests.FirstMinutes;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Docs;

/// <summary>What a page tells its reader to type is typed, block after block, into one shell, with the app as ./run.sh starts it. Every answer has to be a good one.</summary>
public sealed partial class ShellBlocksTests(ITestOutputHelper output)
{
    /// <summary>The pages whose commands are run here.</summary>
    public static TheoryData<string> Pages { get; } =
        ["README.md", "spells/README.md", "docs/http.md", "docs/accounts.md", "docs/notifications.md", "docs/operating.md", "docs/retention.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_the_page_says_to_type_is_answered_well(string page)
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using CastingApp app = CastingApp.Of(sandbox, output, storage: "");
        app.Settings["Security__Keys"] = "required";
        await app.StartAsync();
        await app.Process.WaitForOutputAsync(line => line.Contains("This is shown once", StringComparison.Ordinal));
        string key = FirstKey.In(app.Process.Output);
        app.Process.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (SampleFile spell in SampleFiles.Spells.OrderBy(spell => spell.Name != "panel"))
        {
            await app.SaveSampleAsync(spell.Name);
        }

        string url = app.Process.Http.BaseAddress!.ToString().TrimEnd('/');
        string typed = string.Join('\n', DocBlock.Of(page).Where(block => block.Language == "sh").Select(block => block.Text))
            .Replace("http://127.0.0.1:7072", sandbox.Url.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:7071", "localhost:7071", StringComparison.Ordinal)
            .Replace("localhost:7071", url, StringComparison.Ordinal);
        string folder = Directory.CreateDirectory(Path.Combine(app.Folder, "typing")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, ".grimoire"));
        await File.WriteAllTextAsync(Path.Combine(folder, ".grimoire", "key"), key + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "typed.sh"), Prelude + Scripts().Replace(typed, "") + (page == "README.md" ? await SpellOfReadmeAsync(folder, url) : ""));

        await using ScriptRun shell = ScriptRun.Of(folder, new Dictionary<string, string> { ["KEY"] = key }, "typed.sh");
        int code = await shell.EndAsync();
        shell.Tell(output);
        Assert.True(code == 0, shell.Said);
    }

    /// <summary>The spell that the README shows is saved, cast, and followed to its end.</summary>
    static async Task<string> SpellOfReadmeAsync(string folder, string url)
    {
        DocBlock spell = Assert.Single(DocBlock.Of("README.md"), block => block.Language == "json");
        await File.WriteAllTextAsync(Path.Combine(folder, "cover.json"), spell.Text);
        return $$$"""
            curl -X PUT -H 'Content-Type: application/json' --data-binary @cover.json {{{url}}}/api/spells/cover
            ID=$(curl --json '{"inputs":{"artist":"Ada"}}' {{{url}}}/api/spells/cover/casts | sed 's/.*"castId":"\([^"]*\)".*/\1/')
            until curl {{{url}}}/api/casts/$ID | grep '"runtimeStatus":"Completed"'; do sleep 0.2; done

            """;
    }

    // Pages leave the key out where it would be in every line. An answer of 400 or more is a failure.
    const string Prelude = """
        set -eEuo pipefail
        trap 'echo "line $LINENO is answered badly: $BASH_COMMAND" >&2' ERR
        curl() {
          if [[ "$*" == *Authorization:* ]]; then
            command curl -sS --fail-with-body --max-time 90 "$@"
          else
            command curl -sS --fail-with-body --max-time 90 -H "Authorization: Bearer $KEY" "$@"
          fi
        }

        """;

    // These two are what RunScriptTests and every run of the tests do.
    [GeneratedRegex(@"^\./(run|test)\.sh\b.*$", RegexOptions.Multiline)]
    private static partial Regex Scripts();
}
