using System.Globalization;
using Grimoire.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Grimoire.Cli.Watching;

/// <summary>The lines of a cast that is drawn. They are made of text with styles, never of markup: what a spell is called cannot change how it looks.</summary>
static class CastDrawing
{
    /// <summary>Of how many questions of a step are shown at once.</summary>
    const int MostQuestions = 3;

    static readonly string[] Turning = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

    public static IRenderable Head(CastState state, DateTimeOffset now, int width)
    {
        var took = Wording.Duration((state.EndedAt ?? now) - state.CreatedAt);
        var done = state.Steps.Count(step => step.EndedAt is not null);
        return Line($"{state.Spell}  {state.Status}  {done} of {state.Steps.Count}  {took}  {Wording.Money(state.CostUsd)}  {state.Id}", StyleOf(state.Status), width);
    }

    public static IRenderable Step(StepState step, CastState state, DateTimeOffset now, int width, bool unicode)
    {
        var names = Math.Min(24, state.Steps.Max(one => one.Id.Length));
        var took = step.StartedAt is { } since ? Wording.Duration((step.EndedAt ?? now) - since) : "";
        string[] parts =
        [
            step.Id.PadRight(names),
            (step.IsReused ? "reused" : step.Status).PadRight(9),
            step.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $"attempt {step.Attempt}") : "",
            Elements(step),
            Job(step),
            took,
            step.CostUsd > 0 ? Wording.Money(step.CostUsd) : "",
            step.Status is "failed" or "caught" || step.WaitsFor == "retry" ? $"{step.FailureCode}: {step.FailureMessage}" : "",
            step.CaughtBy is { } caught ? $"(caught by {caught})" : "",
        ];
        return Line($"{Sign(step, now, unicode)} {string.Join("  ", parts.Where(part => part.Length > 0))}", StyleOf(step.Status), width);
    }

    /// <summary>What a step waits for, and until when; null if it does not wait, or only for people.</summary>
    public static string? Waits(StepState step, DateTimeOffset now) => !step.IsRunning ? null : step.WaitsFor switch
    {
        null => null,
        "retry" => $"waits for attempt {step.Attempt + 1}{Until(step.WaitsUntil, now)}",
        "job" => $"waits for its job{Until(step.WaitsUntil, now)}",
        "circuit" => $"waits for its tool, whose circuit is open{Until(step.WaitsUntil, now)}",
        _ => $"waits{Until(step.WaitsUntil, now)}",
    };

    /// <summary>What a step asks people, each with the command that answers it; of many the first ones, and then how many more, with the command that lists them.</summary>
    public static IEnumerable<(string Asks, string Command)> Questions(StepState step, string castId, DateTimeOffset now)
    {
        foreach (var question in step.Questions.Take(MostQuestions))
        {
            var who = question.Item is { } item ? string.Create(CultureInfo.InvariantCulture, $"element {item} asks") : "asks";
            yield return ($"{who}{Until(question.Until, now)}: {question.Text}", Question.Command(castId, step.Id, question.Item));
        }

        if (step.Questions.Count > MostQuestions)
        {
            yield return ($"and {step.Questions.Count - MostQuestions} more", $"{Called.Here} approvals");
        }
    }

    /// <summary>Of more steps than there are lines: those that run or have failed, then what was last done, then what comes next.</summary>
    public static IReadOnlyList<StepState> Fitting(IReadOnlyList<StepState> steps, int lines)
    {
        if (steps.Count <= lines)
        {
            return steps;
        }

        var chosen = steps.Where(step => step.IsRunning || step.Status == "failed")
            .Concat(steps.Where(step => step.EndedAt is not null).OrderByDescending(step => step.EndedAt).Take(lines / 2))
            .Concat(steps.Where(step => step.EndedAt is null))
            .Concat(steps.OrderByDescending(step => step.EndedAt))
            .Distinct().Take(lines).ToHashSet();
        return [.. steps.Where(chosen.Contains)];
    }

    public static string Rest(IReadOnlyList<StepState> steps, IReadOnlyList<StepState> shown)
    {
        var counts = steps.Except(shown).GroupBy(step => step.Status).Select(group => $"{group.Count()} {group.Key}");
        return $"and {Wording.Count(steps.Count - shown.Count, "step")}: {string.Join(", ", counts)}";
    }

    public static IRenderable Line(string text, Style style, int width)
    {
        var safe = SafeText.Line(text);
        return new Paragraph(safe.Length > width ? string.Concat(safe.AsSpan(0, width - 1), "…") : safe, style);
    }

    /// <summary>A text that is never cut, but goes on in the next line: a part of a command is of no use.</summary>
    public static IRenderable Whole(string text, Style style) => new Paragraph(SafeText.Line(text), style);

    static string Until(DateTimeOffset? at, DateTimeOffset now) => at is { } known ? $" until {Wording.Until(known, now)} ({Wording.Duration(known - now)})" : "";

    /// <summary>How many there are in all is known at the end, and told by nobody before.</summary>
    static string Elements(StepState step) => step switch
    {
        { Items.Count: 0 } => "",
        { Status: "completed" } => Wording.Count(step.Items.Count, "element"),
        _ => $"{step.Items.Count} begun, {step.ItemsEnded.Count} done",
    };

    static string Job(StepState step) => step.JobState is not { } job ? ""
        : step.Progress is { } share ? $"{job} {Bar(share)} {Wording.Percent(share)}" : job;

    /// <summary>Ten places; what is no share is none.</summary>
    static string Bar(double share)
    {
        var filled = double.IsNaN(share) ? 0 : (int)(Math.Clamp(share, 0, 1) * 10);
        return $"[{new string('#', filled)}{new string('.', 10 - filled)}]";
    }

    static string Sign(StepState step, DateTimeOffset now, bool unicode) => step.Status switch
    {
        "completed" => unicode ? "✓" : "+",
        "failed" => unicode ? "✗" : "x",
        "caught" => "!",
        "skipped" or "cancelled" => "-",
        "running" when step.IsWaiting => unicode ? "…" : "~",
        "running" => unicode ? Turning[now.Millisecond / 100 % Turning.Length] : "*",
        _ => unicode ? "·" : ".",
    };

    static Style StyleOf(string status) => status switch
    {
        "completed" => new Style(Color.Green),
        "failed" => new Style(Color.Red),
        "caught" or "paused" => new Style(Color.Yellow),
        "running" => new Style(Color.Blue),
        _ => new Style(decoration: Decoration.Dim),
    };
}
