using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grimoire.EndToEnd.Tests.FirstMinutes;

namespace Grimoire.EndToEnd.Tests.Docs;

/// <summary>Every block of code on every page is run, read, or compared with the source by a test. Whoever adds one that is not, has to say here by which.</summary>
public sealed partial class BlocksTests
{
    /// <summary>Tests elsewhere that take these blocks from the page. How many, where the test takes no others.</summary>
    static readonly Reader[] Readers =
    [
        new("README.md", "json", "Docs/ShellBlocksTests.cs", 1),
        new("docs/spells.md", "json", "../Grimoire.Tests/Spells/SpellDocsTests.cs"),
        new("docs/spells.md", "yaml", "../Grimoire.Tests/Spells/SpellDocsTests.cs"),
        new("docs/tools.md", "json", "../Grimoire.Tests/Tools/ToolDocsTests.cs"),
        new("docs/cooks.md", "json", "../Grimoire.Tests/Cooks/CookDocsTests.cs"),
        new("docs/cooks.md", "jsonl", "../Grimoire.Tests/Cooks/CookDocsTests.cs"),
        new("docs/cooks.md", "csv", "../Grimoire.Tests/Cooks/CookDocsTests.cs"),
        new("docs/expressions.md", "json", "../Grimoire.Tests/Expressions/DocumentationTests.cs", 1),
        new("docs/webhooks.md", "json", "../Grimoire.Tests/Webhooks/DocumentationTests.cs"),
        new("docs/webhooks.md", "csharp", "../Grimoire.Tests/Webhooks/DocumentationTests.cs", 1),
        new("docs/webhooks.md", "js", "../Grimoire.Tests/Webhooks/DocumentationTests.cs", 1),
        new("docs/sandbox.md", "sh", "../Grimoire.Sandbox.Tests/DocumentationTests.cs"),
        new("docs/cli.md", "sh", "../Grimoire.Cli.Tests/DocsTests.cs"),
        new("docs/engine.md", "csharp", "../Embedded.DurableTask.Tests/ReadmeTests.cs", 1),
        new("docs/hosts.md", "xml", "../Embedded.Functions.Tests/Apps/ReadmeAppTests.cs", 1),
        new("docs/hosts.md", "cs", "../Embedded.Functions.Tests/Apps/ReadmeAppTests.cs", 1),
    ];

    /// <summary>Blocks that are looked at here: they are parts of what a reader writes or sees, and nothing that could be run by itself.</summary>
    static readonly Dictionary<(string Page, string Language), Action<DocBlock>> Looks = new()
    {
        [("docs/casts.md", "json")] = IsJson,
        [("docs/cli.md", "json")] = IsJson,
        [("docs/http.md", "json")] = IsJson,
        [("docs/notifications.md", "json")] = IsJson,
        [("docs/hosts.md", "json")] = IsPartOfHostJson,
        [("docs/host-settings.md", "json")] = IsJson,
        [("docs/sandbox.md", "json")] = IsJson,
        [("docs/sandbox.md", "xml")] = NamesFilesThatAreThere,
        [("docs/expressions.md", "ebnf")] = DefinesAllThatItUses,
        [("docs/performance.md", "sh")] = NamesSectionsOfTheBench,
        [("docs/accounts.md", "")] = IsWhatTheSourceSays,
    };

    public static TheoryData<string> Pages { get; } = [.. DocBlock.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_on_the_page_is_seen_by_a_test(string page)
    {
        string[] unseen = [.. DocBlock.Of(page).Where(block => !IsTyped(block) && !IsRead(block) && !Looks.ContainsKey((block.Page, block.Language))).Select(block => block.ToString())];
        Assert.True(unseen.Length == 0, $"No test runs or reads these blocks: {string.Join(", ", unseen)}. Say in BlocksTests which one does, or write what they say in words.");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void What_is_looked_at_here_is_right(string page) =>
        Assert.All(DocBlock.Of(page).Where(block => Looks.ContainsKey((block.Page, block.Language))), block => Looks[(block.Page, block.Language)](block));

    [Fact]
    public void Whoever_is_said_to_read_a_block_reads_its_page() => Assert.All(Readers, reader =>
    {
        string source = File.ReadAllText(Path.Combine(ScriptRun.Checkout, "tests/Grimoire.EndToEnd.Tests", reader.Test));
        Assert.Contains(Path.GetFileName(reader.Page), source, StringComparison.Ordinal);
        int there = DocBlock.Of(reader.Page).Count(block => block.Language == reader.Language);
        Assert.True(there > 0 && (reader.Count is null || there == reader.Count), $"{reader.Page} has {there} blocks of {reader.Language}, and {reader.Test} reads {reader.Count?.ToString() ?? "some"}.");
    });

    [Fact]
    public void Every_page_of_the_docs_is_in_their_table() => Assert.All(
        DocBlock.Pages.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && page.Count(c => c == '/') == 1 && page != "docs/README.md"),
        page => Assert.Contains($"]({Path.GetFileName(page)}", File.ReadAllText(DocBlock.PathOf("docs/README.md")), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_to_one(string page)
    {
        string folder = Path.GetDirectoryName(DocBlock.PathOf(page))!;
        string[] lost = [.. Link().Matches(File.ReadAllText(DocBlock.PathOf(page))).Select(link => link.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && link[0] != '#')
            .Where(link => !Path.Exists(Path.Combine(folder, link.Split('#')[0])))];
        Assert.Empty(lost);
    }

    [Fact]
    public void Every_test_that_is_named_as_a_proof_is_there()
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(ScriptRun.Checkout, "tests"), "*Tests.cs", SearchOption.AllDirectories)];
        MatchCollection proofs = Proof().Matches(File.ReadAllText(DocBlock.PathOf("docs/security.md")));

        Assert.NotEmpty(proofs);
        Assert.All(proofs, proof => Assert.Contains(
            sources.Where(source => Path.GetFileName(source) == proof.Groups["class"].Value + ".cs"),
            source => File.ReadAllText(source).Contains($" {proof.Groups["test"].Value}(", StringComparison.Ordinal)));
    }

    static bool IsTyped(DocBlock block) => block.Language == "sh" && ((IEnumerable<object[]>)ShellBlocksTests.Pages).Any(page => (string)page[0] == block.Page);

    static bool IsRead(DocBlock block) => Readers.Any(reader => reader.Page == block.Page && reader.Language == block.Language);

    // Values that are one after the other are several; "…" and "..." in a text stand for what differs each time.
    static void IsJson(DocBlock block)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(block.Text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            reader.Skip();
        }

        Assert.Equal(bytes.Length, reader.BytesConsumed);
    }

    static void IsPartOfHostJson(DocBlock block)
    {
        using var part = JsonDocument.Parse("{" + block.Text + "}");
        Assert.Contains(part.RootElement.GetProperty("durableTask").EnumerateObject(), setting => setting.Name == "storageProvider");
    }

    static void NamesFilesThatAreThere(DocBlock block) => Assert.All(
        XElement.Parse("<all>" + block.Text + "</all>").Elements(),
        item => Assert.True(File.Exists(Path.Combine(ScriptRun.Checkout, "tests/Grimoire.EndToEnd.Tests", item.Attribute("Include")!.Value)), item.ToString()));

    static void DefinesAllThatItUses(DocBlock block)
    {
        string[] defined = [.. Regex.Matches(block.Text, @"(?m)^\s*([A-Za-z][A-Za-z0-9-]*)\s*=").Select(rule => rule.Groups[1].Value)];
        string bare = Regex.Replace(block.Text, "'\"'|\"[^\"]*\"|'[^']*'|\\(\\* .*? \\*\\)", " ");
        Assert.NotEmpty(defined);

        // Those that need no rule: their names say what they are.
        string[] known = ["text", "letter", "digit", "digit19", "hex", "character", "function-name"];
        Assert.Empty(Regex.Matches(bare, "[A-Za-z][A-Za-z0-9-]*").Select(name => name.Value).Except(defined).Except(known));
    }

    // What takes hours is not run here: that the bench has these sections, and what they need, is.
    static void NamesSectionsOfTheBench(DocBlock block)
    {
        string bench = string.Concat(Directory.EnumerateFiles(Path.Combine(ScriptRun.Checkout, "bench/Grimoire.Bench"), "*.cs").Select(File.ReadAllText));
        Assert.All(block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
        {
            Match command = Regex.Match(line, "^dotnet run -c Release --project bench/Grimoire.Bench -- ([a-z]+) --data DIR( +#.*)?$");
            Assert.True(command.Success, line);
            Assert.Contains($"\"{command.Groups[1].Value}\"", bench, StringComparison.Ordinal);
            Assert.Contains("--data", bench, StringComparison.Ordinal);
        });
    }

    // The line with the first key, and headers whose numbers differ each time.
    static void IsWhatTheSourceSays(DocBlock block)
    {
        string source = string.Concat(Directory.EnumerateFiles(Path.Combine(ScriptRun.Checkout, "src/Grimoire.Functions/Security"), "*.cs").Select(File.ReadAllText));
        Assert.All(block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
        {
            string known = line.Split(": ")[0].Replace("grm_…", "{Key}", StringComparison.Ordinal);
            Assert.Contains(known, source, StringComparison.Ordinal);
        });
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<class>[A-Z][A-Za-z]+Tests)\\.(?<test>[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Proof();

    sealed record Reader(string Page, string Language, string Test, int? Count = null);
}
