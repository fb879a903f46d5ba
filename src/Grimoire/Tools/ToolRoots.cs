namespace Grimoire.Tools;

/// <summary>What templates in a certain place of a definition may refer to.</summary>
/// <param name="Names">The roots that there are.</param>
/// <param name="ResponseFields">What ${response} has.</param>
sealed record ToolRoots(IReadOnlyList<string> Names, IReadOnlyList<string> ResponseFields)
{
    static readonly IReadOnlyList<string> WholeResponse = ["status", "headers", "body"];
    static readonly IReadOnlyList<string> WhatCallbacksHave = ["headers", "body"];
    static readonly IReadOnlyList<string> JobFields = ["runId", "start"];
    static readonly IReadOnlyList<string> CallbackFields = ["url"];

    public static ToolRoots Setting { get; } = Of("config", "secret");

    public static ToolRoots Request { get; } = Of("inputs", "attempt", "cast", "config", "secret");

    /// <summary>Of a request that starts a job which calls back.</summary>
    public static ToolRoots Start { get; } = Of([.. Request.Names, "callback"]);

    /// <summary>Of a request about a job that has been started.</summary>
    public static ToolRoots Errand { get; } = Of([.. Request.Names, "job"]);

    public static ToolRoots Response { get; } = Of("inputs", "response");

    /// <summary>Of what an ended job has come to.</summary>
    public static ToolRoots Outcome { get; } = Of("inputs", "job", "response");

    /// <summary>Of a callback whose attempt is not known yet.</summary>
    public static ToolRoots Unclaimed { get; } = Of("response").OfCallbacks;

    public ToolRoots OfCallbacks => this with { ResponseFields = WhatCallbacksHave };

    public ToolRoots OfAnswers => this with { ResponseFields = WholeResponse };

    /// <summary>Null: any.</summary>
    public IReadOnlyList<string>? FieldsOf(string root) => root switch
    {
        "response" => ResponseFields,
        "job" => JobFields,
        "callback" => CallbackFields,
        _ => null,
    };

    static ToolRoots Of(params string[] names) => new(names, WholeResponse);
}
