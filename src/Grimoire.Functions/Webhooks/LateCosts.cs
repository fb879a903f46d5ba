using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools.Http;
using Grimoire.Tools;

namespace Grimoire.Functions.Webhooks;

/// <summary>
/// What a job has cost whose attempt was given up before its end was known. Whoever takes a message looks at the record after the message is stored, and whoever
/// ends an attempt looks for messages after its end is stored: one of the two sees both, and the ledger counts it once.
/// </summary>
public sealed class LateCosts(AttemptLedger ledger, JobReader reader)
{
    /// <param name="ended">The record of the attempt as it has ended.</param>
    /// <param name="message">What has come for it.</param>
    /// <param name="tool">Its tool.</param>
    /// <param name="account">Whose secrets the definition may mean.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task CountAsync(AttemptRecord ended, InboxMessage message, ToolDefinition tool, string account, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ended);
        ArgumentNullException.ThrowIfNull(message);
        if (message.IsLast && ended.Job is { EndedBy: null } or null)
        {
            var late = ended with { CostUsd = reader.CostOf(tool, ended, account, message.Content, message.State), Usage = [], Artifacts = [] };
            await ledger.AmendAsync(late, cancellation).ConfigureAwait(false);
        }
    }
}
