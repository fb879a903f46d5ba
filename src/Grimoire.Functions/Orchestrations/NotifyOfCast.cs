using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>
/// Tells one subscription of a cast what happens in it. It is no part of the cast: it goes on when that has ended, until everything has arrived or was given
/// up, and no receiver holds up another one.
/// </summary>
public static class NotifyOfCast
{
    /// <summary>There may be something to tell.</summary>
    public const string WakeEvent = "look";

    /// <summary>Rounds in one history.</summary>
    const int MaxRounds = 40;

    /// <summary>Rounds in a row that storage would not let happen after which there is no hope left: days.</summary>
    const int MaxTroubles = 60;

    static readonly TimeSpan FirstTrouble = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestTrouble = TimeSpan.FromHours(1);

    /// <summary>Always the same, so that none is started twice. No sub-cast is called so: those have a dot in their last part.</summary>
    public static string IdOf(string castId, int subscription) => string.Create(CultureInfo.InvariantCulture, $"{castId}{CastIds.ChildSeparator}notify-{subscription}");

    [Function(nameof(NotifyOfCast))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = context.GetInput<NotifyOrder>() ?? throw new InvalidOperationException($"{nameof(NotifyOfCast)} was started without an order.");
        var woken = context.WaitForExternalEvent<string>(WakeEvent);
        for (var round = 0; round < MaxRounds; round++)
        {
            var answer = await LookAsync(context, order);
            if (answer.IsDone)
            {
                return;
            }

            order = answer.Next;
            if (answer.Pause > TimeSpan.Zero && await IsWokenAsync(context, answer.Pause, order.Failures == 0 ? woken : null))
            {
                // Never a cancelled wait: it would swallow the event that it waited for.
                woken = context.WaitForExternalEvent<string>(WakeEvent);
            }
        }

        context.ContinueAsNew(order);
    }

    static async Task<NotifyAnswer> LookAsync(TaskOrchestrationContext context, NotifyOrder order)
    {
        try
        {
            return await context.CallActivityAsync<NotifyAnswer>(nameof(Notify), order, Policies.Bookkeeping);
        }
        catch (TaskFailedException) when (order.Troubles < MaxTroubles)
        {
            // Storage has been away for as long as the call is retried. What is to be told is in there, and waits.
            var pause = FirstTrouble * Math.Pow(2, Math.Min(order.Troubles, 10));
            return new NotifyAnswer(order with { Troubles = order.Troubles + 1 }, pause < LongestTrouble ? pause : LongestTrouble);
        }
    }

    /// <summary>True if it was woken before the time was over.</summary>
    static async Task<bool> IsWokenAsync(TaskOrchestrationContext context, TimeSpan pause, Task? woken)
    {
        if (woken is not null)
        {
            return !await context.PauseAsync(pause, woken);
        }

        await context.CreateTimer(context.CurrentUtcDateTime + pause, CancellationToken.None);
        return false;
    }
}

/// <summary>Who is told of which cast, and how far that has come. No URL and no secret: it lives in histories.</summary>
/// <param name="Subscription">Which of the cast's, from 0.</param>
public sealed record NotifyOrder(string CastId, int Subscription)
{
    /// <summary>Where in the journal it goes on: whatever was to tell before is done with.</summary>
    public long Offset { get; init; }

    /// <summary>How often in a row the receiver has failed.</summary>
    public int Failures { get; init; }

    /// <summary>How often the message was tried that is to go next.</summary>
    public int Tries { get; init; }

    /// <summary>When something happened the last time.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Since when the engine has had the cast for ended, while its journal goes on as if it had not.</summary>
    public DateTimeOffset? OrphanSince { get; init; }

    /// <summary>How often in a row storage was away.</summary>
    public int Troubles { get; init; }
}

/// <param name="Pause">After which to go on, with <paramref name="Next"/>; if the receiver has not failed, sooner if something happens.</param>
/// <param name="IsDone">There is nothing more to tell, and there will be nothing.</param>
public sealed record NotifyAnswer(NotifyOrder Next, TimeSpan Pause, bool IsDone = false);
