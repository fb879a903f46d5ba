using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Retention;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>Removes a part of what is to be removed: of cooks that somebody has deleted first, then of what is kept no longer.</summary>
public sealed partial class Tidy(CookRemover cooks, RetentionRules rules, RetentionOptions options, TimeProvider time, ILogger<Tidy> logger)
{
    [Function(nameof(Tidy))]
    public async Task<TidyOrder> RunAsync([ActivityTrigger] TidyOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        order = order with { Interval = options.Interval };
        if (await cooks.GoOnAsync(client, cancellation).ConfigureAwait(false))
        {
            return order;
        }

        order = order with { IsRemoving = false };
        if (!order.IsInRound)
        {
            return order;
        }

        var kind = order.Kind ?? rules.Behind(null);
        if (kind is not { } now)
        {
            // Everything is kept for ever.
            return order.End(time.GetUtcNow());
        }

        var (position, removed) = await rules.RemoveSomeAsync(client, now, order.Position, cancellation).ConfigureAwait(false);
        if (removed > 0)
        {
            LogRemoved(logger, removed, now);
        }

        var next = order.Count(now, removed) with { Kind = now, Position = position };
        return position is not null ? next
            : rules.Behind(now) is { } behind ? next with { Kind = behind }

            // What the last one has begun to remove is seen to before the round is over.
            : await cooks.GoOnAsync(client, cancellation).ConfigureAwait(false) ? next with { Kind = now }
            : next.End(time.GetUtcNow());
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} {Kind} are kept no longer, and were removed.")]
    static partial void LogRemoved(ILogger logger, int count, RetentionKind kind);
}
