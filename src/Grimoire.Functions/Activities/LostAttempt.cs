using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Functions.Activities;

/// <summary>The end of an attempt whose worker has died.</summary>
static class LostAttempt
{
    public static AttemptRecord Of(AttemptRecord running, DateTimeOffset at) => running with
    {
        Status = AttemptStatus.Lost,
        EndedAt = at,
        LeaseUntil = null,
        Failure = new Failure
        {
            Code = AttemptLedger.LostCode,
            Message = "The worker that ran the attempt has died. Nobody can tell whether the tool has done its work.",
            Phase = Phase.Execute,
            Transient = true,
            Step = running.Step,
            Item = running.Item,
            Attempt = running.Attempt,
            Tool = running.Tool,
            Details = new JsonObject { ["idempotencyKey"] = running.IdempotencyKey },
        },
    };
}
