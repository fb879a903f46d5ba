using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools.Http;
using Grimoire.Tools;

namespace Grimoire.Functions.Webhooks;

/// <summary>
/// For providers that know nothing but their own id of the job: says whose it is, and moves what has come before that was known to the attempt's inbox.
/// All of it can be done again, and is: whoever began it may have died.
/// </summary>
public sealed class EarlyMessages(RunIds runs, Inbox inbox, Journal journal, JobReader reader, TimeProvider time)
{
    public async Task ExpectAsync(ToolDefinition tool, string account, AttemptRecord record, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(record);
        if (tool.Job?.Callback?.RunId is null || record.Job?.RunId is not { } runId)
        {
            return;
        }

        foreach (var early in await runs.RegisterAsync(account, tool.Id, runId, record.Key, cancellation).ConfigureAwait(false))
        {
            var reading = reader.Read(tool, record, account, early.Content);
            var message = new InboxMessage(record.Key, early.Id, early.ReceivedAt, early.Content) { State = reading.State, Said = reading.Said, Progress = reading.Progress };
            await inbox.PutAsync(message, cancellation).ConfigureAwait(false);
            await journal.AppendAsync(record.CastId, [CallbackIntake.Told(message, time.GetUtcNow())], cancellation).ConfigureAwait(false);
        }
    }
}
