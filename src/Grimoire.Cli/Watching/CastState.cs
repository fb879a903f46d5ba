using System.Text.Json.Nodes;
using Grimoire.Cli.Api;

namespace Grimoire.Cli.Watching;

/// <summary>A cast that is watched: what it was when watching began, and what its events have changed.</summary>
sealed class CastState
{
    readonly Dictionary<string, StepState> _steps = [];

    /// <param name="cast">As the app has told it.</param>
    public CastState(JsonNode? cast)
    {
        Id = cast.Text("id") ?? "";
        Spell = cast.Text("spell") ?? "";
        CreatedAt = cast.Time("createdAt") ?? default;
        foreach (var step in cast.List("steps"))
        {
            if (step.Text("id") is { } id)
            {
                var state = Step(id);
                (state.Tool, state.Spell) = (step.Text("tool"), step.Text("spell"));
            }
        }
    }

    public string Id { get; }

    public string Spell { get; }

    public string Status { get; private set; } = "pending";

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset? EndedAt { get; private set; }

    public decimal CostUsd { get; private set; }

    public List<StepState> Steps { get; } = [];

    /// <summary>What only the orchestration knows: until when a step waits that has not said so itself.</summary>
    public void Refresh(JsonNode? cast)
    {
        foreach (var running in cast.Node("now").List("running"))
        {
            if (running.Text("id") is { } id && _steps.TryGetValue(id, out var step) && step is { IsRunning: true, WaitsUntil: null, Questions.Count: 0 } && running.Time("waitsUntil") is { } until)
            {
                (step.WaitsFor, step.WaitsUntil) = (step.WaitsFor ?? "time", until);
            }
        }
    }

    public void Apply(JsonNode? happened)
    {
        var (type, at, data) = (happened.Text("type") ?? "", happened.Time("at"), happened.Node("data"));
        if (happened.Text("step") is { } id)
        {
            OfStep(Step(id), type, happened.Whole("item"), happened.Whole("attempt"), at, data);
        }

        Status = type switch
        {
            "cast.started" or "cast.resumed" => "running",
            "cast.paused" => "paused",
            "cast.completed" => "completed",
            "cast.failed" => "failed",
            "cast.cancelled" => "cancelled",
            _ => Status,
        };
        EndedAt = type is "cast.completed" or "cast.failed" or "cast.cancelled" ? at : EndedAt;
    }

    void OfStep(StepState step, string type, int? item, int? attempt, DateTimeOffset? at, JsonNode? data)
    {
        step.Attempt = Math.Max(step.Attempt, attempt ?? 0);
        if (type is "step.completed" or "attempt.failed" or "attempt.lost" or "attempt.completed" or "attempt.cancelled" or "attempt.late")
        {
            step.CostUsd += data.Usd("costUsd") ?? 0;
            CostUsd += data.Usd("costUsd") ?? 0;
        }

        if (item is { } element)
        {
            step.Items[element] = Math.Max(attempt ?? 1, step.Items.GetValueOrDefault(element));
            if (type is "attempt.completed" or "item.reused")
            {
                step.ItemsEnded.Add(element);
            }
        }

        if (type is "approval.answered" or "attempt.completed" or "attempt.failed" or "attempt.lost" or "attempt.cancelled")
        {
            step.IsAnswered(item, attempt ?? 1);
        }

        switch (type)
        {
            case "step.started":
                (step.Status, step.StartedAt, step.Tool) = ("running", at, step.Tool ?? data.Text("tool"));
                break;
            case "attempt.started":
                step.WorksAgain();
                break;
            case "attempt.failed" or "attempt.lost":
                (step.FailureCode, step.FailureMessage) = (data.Node("failure").Text("code") ?? type, data.Node("failure").Text("message"));
                break;
            case "attempt.retrying":
                (step.WaitsFor, step.WaitsUntil) = ("retry", data.Time("at"));
                break;
            case "attempt.held":
                (step.WaitsFor, step.WaitsUntil) = ("circuit", data.Time("until") ?? data.Time("at"));
                break;
            case "job.started":
                (step.WaitsFor, step.WaitsUntil) = ("job", data.Time("until"));
                break;
            case "job.progress":
                (step.JobState, step.Progress) = (data.Text("state"), data.Number("progress") ?? step.Progress);
                break;
            case "approval.requested":
                step.Asks(new Question(step.Id, item, attempt ?? 1, data.Text("question") ?? "", data.Time("until")));
                break;
            case "step.completed" or "step.skipped" or "step.failed" or "step.cancelled" or "step.reused":
                End(step, type, at, data);
                break;
        }
    }

    static void End(StepState step, string type, DateTimeOffset? at, JsonNode? data)
    {
        step.WorksAgain();
        step.AsksNothing();
        step.EndedAt = at;
        step.IsReused = type == "step.reused";
        step.Status = type switch
        {
            "step.failed" when data.Text("caughtBy") is not null => "caught",
            "step.reused" => data.Flag("skipped") == true ? "skipped" : "completed",
            _ => type["step.".Length..],
        };
        if (type == "step.failed")
        {
            step.CaughtBy = data.Text("caughtBy");
            (step.FailureCode, step.FailureMessage) = (data.Node("failure").Text("code"), data.Node("failure").Text("message"));
        }
    }

    StepState Step(string id)
    {
        if (!_steps.TryGetValue(id, out var step))
        {
            _steps[id] = step = new StepState(id);
            Steps.Add(step);
        }

        return step;
    }
}
