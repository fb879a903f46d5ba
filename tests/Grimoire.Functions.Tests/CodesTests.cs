using System.Text.RegularExpressions;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Support;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests;

/// <summary>docs/failures.md has every code of failures that the source gives, and no other; so has it the findings that are listed nowhere else.</summary>
public sealed partial class CodesTests
{
    /// <summary>Places in definitions of tools: they look like codes.</summary>
    static readonly string[] Places =
    [
        "llm.apiKey", "llm.endpoint", "llm.models", "llm.system", "request.body", "request.headers", "request.multipart", "request.query", "request.url",
        "job.callback", "job.progress", "job.runId", "job.state", "response.costUsd", "response.errorMessage", "response.output", "response.requestId",
    ];

    static readonly string Docs = Page("failures.md");

    [Fact]
    public void Every_code_of_a_failure_is_listed_and_no_other()
    {
        string[] sources =
        [
            .. Files("Grimoire.Functions/Activities"), .. Files("Grimoire.Functions/Orchestrations"), .. Files("Grimoire.Functions/Tools"),
            Source("Grimoire.Functions/Http/CastReading.cs"), Source("Grimoire.Functions/Http/CookViews.cs"),
            Source("Grimoire/Casts/CastCourse.cs"), Source("Grimoire/Cooks/CookCourse.cs"),
        ];
        var notCodes = Places.Concat(BuiltInTools.All.Select(tool => tool.Id)).Append("cast.notFound").Append("cook.notFound").ToHashSet();
        var used = sources.SelectMany(CodesIn).Append(AttemptRun.CancelledCode).Where(code => !notCodes.Contains(code));

        AssertSame(used, Listed("## Failures"));
    }

    [Theory]
    [InlineData("casts.md")]
    [InlineData("tools.md")]
    public void What_another_page_lists_as_a_failure_is_listed_here_too(string page)
    {
        var others = Listed("## Failures", Page(page));

        Assert.NotEmpty(others);
        Assert.Subset(Listed("## Failures").ToHashSet(), others.ToHashSet());
    }

    [Fact]
    public void Every_finding_about_a_tool_or_a_body_is_listed_here_or_with_those_of_spells()
    {
        var used = Files("Grimoire/Tools").SelectMany(CodesIn).Where(code => !Places.Contains(code)).Except(BuiltInTools.All.Select(tool => tool.Id))
            .Concat(Files("Grimoire.Functions/Http").SelectMany(file => Findings().Matches(file)).Select(match => match.Groups["code"].Value));

        AssertSame(used.Except(Listed("## Codes", Page("spells.md"))), Listed("## Findings"));
    }

    static void AssertSame(IEnumerable<string> used, IEnumerable<string> listed) =>
        Assert.Equal(string.Join('\n', used.Distinct().Order(StringComparer.Ordinal)), string.Join('\n', listed.Order(StringComparer.Ordinal)));

    /// <summary>The codes in the first column of the table below a heading.</summary>
    static IEnumerable<string> Listed(string heading, string? page = null) => (page ?? Docs).Split('\n')
        .SkipWhile(line => line != heading).Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => Quoted().Matches(line.Split('|')[1]).Select(match => match.Groups["code"].Value));

    static IEnumerable<string> CodesIn(string source) => Literals().Matches(source).Select(match => match.Groups["code"].Value);

    static string Source(string file) => File.ReadAllText(Path.Combine(Repository.Root, "src", file));

    static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", name));

    static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", folder), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    [GeneratedRegex("\"(?<code>[a-z][a-zA-Z]*\\.[a-z][a-zA-Z]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Literals();

    [GeneratedRegex("new Finding\\([^\"]*\"[^\"]*\", \"(?<code>[a-zA-Z.]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Findings();

    [GeneratedRegex("`(?<code>[a-zA-Z.]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
