namespace Grimoire.Tools;

/// <summary>Which kinds of tools there are.</summary>
public static class ToolKinds
{
    public const string Http = "http";
    public const string Llm = "llm";
    public const string Codegen = "codegen";
    public const string Wait = "wait";
    public const string Approval = "approval";

    /// <summary>"text.*" and "json.*" stand for whatever begins so.</summary>
    public static IReadOnlyList<string> All { get; } = [Http, Llm, Codegen, "text.*", "json.*", Wait, Approval];

    public static bool IsKnown(string kind) =>
        All.Contains(kind)
            ? !kind.EndsWith('*')
            : All.Any(one => one.EndsWith('*') && kind.Length > one.Length - 1 && kind.StartsWith(one.AsSpan(0, one.Length - 1), StringComparison.Ordinal));

    /// <summary>A model is asked, so that it has to be said which.</summary>
    public static bool AsksModel(string kind) => kind is Llm or Codegen;
}
