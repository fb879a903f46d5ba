using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Images;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>How a job will go: read from its input, or else from the settings, and then fixed.</summary>
/// <param name="Seconds">How long it takes.</param>
/// <param name="Steps">How often it tells its progress.</param>
/// <param name="Fail">Why it will fail; null: it will not.</param>
/// <param name="Manual">It does not move until it is told to.</param>
/// <param name="CostUsd">What it costs, charged when it is started.</param>
/// <param name="Pictures">What it draws.</param>
sealed record JobPlan(double Seconds, int Steps, string? Fail, bool Manual, decimal CostUsd, ImmutableArray<Picture> Pictures)
{
    public const double MostSeconds = 86_400;
    public const int MostSteps = 1000;
    public const double MostUsd = 1_000_000;

    public static JobPlan Of(JsonObject input, JobSettings settings)
    {
        var asked = new AskedMembers(input);
        return new JobPlan(
            asked.Number("seconds", 0, MostSeconds) ?? settings.Seconds,
            (int?)asked.Whole("steps", 0, MostSteps) ?? settings.Steps,
            asked.FlagOrText("fail", "The job was told to fail."),
            asked.Flag("manual") ?? settings.Manual,
            (decimal?)asked.Number("costUsd", 0, MostUsd) ?? settings.CostUsd,
            DrawnOf(input, asked));
    }

    static ImmutableArray<Picture> DrawnOf(JsonObject input, AskedMembers asked)
    {
        long count = asked.Whole("num_outputs", 1, 4) ?? asked.Whole("num_images", 1, 4) ?? 1;
        // Without a prompt, the whole input is what there is to see.
        string prompt = asked.Text("prompt") is { Length: > 0 } said ? said : input.ToJsonString(SandboxJson.Options);
        Picture first = new ImageRequest(
            prompt,
            asked.Whole("width", long.MinValue, long.MaxValue),
            asked.Whole("height", long.MinValue, long.MaxValue),
            asked.Whole("seed", long.MinValue, long.MaxValue),
            null).Picture();
        return [.. Enumerable.Range(0, (int)count).Select(i => first with { Seed = first.Seed + i })];
    }
}
