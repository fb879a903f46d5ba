using Grimoire.EndToEnd.Tests.FirstMinutes;

namespace Grimoire.EndToEnd.Tests.Docs;

/// <summary>A block of code on a page.</summary>
/// <param name="Page">From the root of the repository: docs/http.md.</param>
/// <param name="Language">What stands behind the fence; may be empty.</param>
/// <param name="Line">Where it begins.</param>
public sealed record DocBlock(string Page, string Language, int Line, string Text)
{
    /// <summary>The pages for people, in their order.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md",
        "CHANGELOG.md",
        "spells/README.md",
        .. Directory.EnumerateFiles(Path.Combine(ScriptRun.Checkout, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(ScriptRun.Checkout, page).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string page) => Path.Combine(ScriptRun.Checkout, page);

    public static IReadOnlyList<DocBlock> Of(string page)
    {
        var blocks = new List<DocBlock>();
        DocBlock? open = null;
        foreach ((int index, string line) in File.ReadAllLines(PathOf(page)).Index())
        {
            string trimmed = line.TrimStart();
            bool isFence = trimmed.StartsWith("```", StringComparison.Ordinal) || trimmed.StartsWith("~~~", StringComparison.Ordinal);
            if (open is null)
            {
                open = isFence ? new DocBlock(page, trimmed[3..].Trim(), index + 1, "") : null;
            }
            else if (isFence)
            {
                blocks.Add(open);
                open = null;
            }
            else
            {
                open = open with { Text = open.Text + line + "\n" };
            }
        }

        Assert.True(open is null, $"{page}: a block is not closed.");
        return blocks;
    }

    public override string ToString() => $"{Page}:{Line} ({(Language.Length == 0 ? "no language" : Language)})";
}
