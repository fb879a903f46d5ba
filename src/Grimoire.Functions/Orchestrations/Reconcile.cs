using Grimoire.Functions.Activities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>Looks after casts that cannot go on by themselves, for ever. There is one of it; a newer version takes the place of an older one.</summary>
public static class Reconcile
{
    public const int Version = 1;

    public static string IdOf(int version) => $"reconcile-{version}";

    [Function(nameof(Reconcile))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = context.GetInput<ReconcileOrder>() ?? throw new InvalidOperationException($"{nameof(Reconcile)} was started without an order.");
        if (order.Version != Version)
        {
            // The newer one does it now.
            return;
        }

        await context.CreateTimer(context.CurrentUtcDateTime + order.Interval, CancellationToken.None);
        var next = order;
        try
        {
            next = await context.CallActivityAsync<ReconcileOrder>(nameof(ReconcileCasts), order);
        }
        catch (TaskFailedException failed)
        {
            // Storage may be away, or one cast may be damaged: the next round is another chance, and this one's trouble is there to be seen.
            context.SetCustomStatus(new { failed.FailureDetails.ErrorMessage, At = context.CurrentUtcDateTime });
        }

        context.ContinueAsNew(next);
    }
}

/// <summary>Where the next round goes on.</summary>
public sealed record ReconcileOrder(int Version, TimeSpan Interval)
{
    /// <summary>Among the casts that run.</summary>
    public string? Running { get; init; }

    /// <summary>Among those whose orchestration has failed or was terminated.</summary>
    public string? Broken { get; init; }

    /// <summary>Among those that are stored.</summary>
    public string? Stored { get; init; }
}
