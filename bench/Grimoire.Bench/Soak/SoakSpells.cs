namespace Grimoire.Bench.Soak;

/// <summary>What is cast: every way in which a step can wait, beside plain calls. All of it calls the sandbox.</summary>
internal static class SoakSpells
{
    /// <summary>The step that asks a person.</summary>
    public const string Question = "ask";

    /// <summary>Spells in which everything that costs is charged by calls of /paid and jobs, which the sandbox keeps by their keys.</summary>
    public static readonly IReadOnlySet<string> Accounted = new HashSet<string> { "chain", "plain-jobs", "asked", "nested" };

    static readonly object Retry = new { maxAttempts = 6, firstInterval = "PT0.3S", backoff = 2, maxInterval = "PT5S" };

    /// <summary>In an order in which a spell comes after the one that it casts.</summary>
    public static IReadOnlyList<(string Slug, object Document)> All { get; } =
    [
        Spell("chain", Paid("first"), Step("every", "sandbox.paid", new { value = "${item}" }, forEach: "${range(4)}"), Paid("last", "${steps.first.output.value}")),
        Spell("plain-jobs", Job("signed", "sandbox.job.signed"), Job("polled", "sandbox.job.polled"), Job("numbered", "sandbox.job.by-id"), Paid("then", "${steps.signed.output.result}")),
        Spell(
            "shapes",
            Step("replicate", "replicate.predict", new { version = "v1", input = Picture }),
            Step("fal", "fal.queue", new { model = "fal-ai/flux/dev", input = Picture }),
            Step("comfy", "comfydeploy.run", new { deployment = "d-1", inputs = Picture }),
            Step("write", "llm.chat", new { prompt = "A title for a picture of a lighthouse" })),
        Spell("asked", Paid("before"), Step(Question, "approval", new { question = "Shall it go on?" }), Paid("after", "${steps.ask.output.approved}")),
        Spell("nested", new { id = "inner", spell = "chain", retry = Retry, timeout = "PT5M" }, Step("pause", "wait", new { @for = "PT1S" }), Paid("last", "${steps.pause.output}")),
    ];

    static object Picture => new { prompt = "a lighthouse", width = 64, height = 64, seconds = 1 };

    static (string Slug, object Document) Spell(string slug, params object[] steps) => (slug, new { slug, timeout = "PT8M", steps });

    static object Paid(string id, object? value = null) => Step(id, "sandbox.paid", new { value = value ?? 1 });

    static object Job(string id, string tool) => Step(id, tool, new { seconds = 1, steps = 2, result = new { id } });

    static object Step(string id, string tool, object with, string? forEach = null) =>
        forEach is null ? new { id, tool, with, retry = Retry, timeout = "PT4M" } : new { id, tool, with, forEach, maxParallel = 2, retry = Retry, timeout = "PT4M" };
}
