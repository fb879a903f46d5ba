using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Webhooks;

/// <summary>
/// Which attempt a provider's id of a job belongs to, for providers that know nothing else. A message that comes before that is known is kept,
/// and found by whoever comes to know it: both look for the other after they have written.
/// </summary>
public sealed class RunIds(IObjectStore objects)
{
    /// <summary>The attempt has started the job.</summary>
    /// <returns>What has come for it already.</returns>
    public async Task<IReadOnlyList<EarlyMessage>> RegisterAsync(string account, string tool, string runId, AttemptKey attempt, CancellationToken cancellation)
    {
        await objects.CreateAsync(Index(account, tool, runId), CastStore.Bytes(attempt), cancellation).ConfigureAwait(false);
        return await EarlyAsync(account, tool, runId, cancellation).ConfigureAwait(false);
    }

    public async Task<AttemptKey?> FindAsync(string account, string tool, string runId, CancellationToken cancellation)
    {
        var name = Index(account, tool, runId);
        return await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored ? CastStore.Parse<AttemptKey>(name, stored.Content) : null;
    }

    /// <summary>Keeps a message of a job that nobody has started, as far as is known.</summary>
    /// <returns>The attempt, if it has become known meanwhile.</returns>
    public async Task<AttemptKey?> KeepAsync(string account, string tool, string runId, EarlyMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        await objects.CreateAsync($"{Early(account, tool, runId)}{Hash(message.Id)}.json", CastStore.Bytes(message), cancellation).ConfigureAwait(false);
        return await FindAsync(account, tool, runId, cancellation).ConfigureAwait(false);
    }

    /// <summary>The cast of the attempt is deleted.</summary>
    public async Task ForgetAsync(string account, string tool, string runId, CancellationToken cancellation)
    {
        var names = new List<string> { Index(account, tool, runId) };
        await foreach (var name in objects.ListAsync(Early(account, tool, runId), after: null, cancellation).ConfigureAwait(false))
        {
            names.Add(name);
        }

        foreach (var name in names)
        {
            await objects.DeleteAsync(name, cancellation).ConfigureAwait(false);
        }
    }

    async Task<IReadOnlyList<EarlyMessage>> EarlyAsync(string account, string tool, string runId, CancellationToken cancellation)
    {
        var messages = new List<EarlyMessage>();
        await foreach (var name in objects.ListAsync(Early(account, tool, runId), after: null, cancellation).ConfigureAwait(false))
        {
            if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored && CastStore.Parse<EarlyMessage>(name, stored.Content) is { } message)
            {
                messages.Add(message);
            }
        }

        return messages;
    }

    static string Index(string account, string tool, string runId) => $"jobs/{account}/{tool}/{Hash(runId)}.json";

    static string Early(string account, string tool, string runId) => $"early/{account}/{tool}/{Hash(runId)}.";

    /// <summary>Providers choose their ids, and may choose any.</summary>
    static string Hash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));
}

/// <summary>A callback of which nobody knew yet whose it was.</summary>
public sealed record EarlyMessage(string Id, DateTimeOffset ReceivedAt, JsonObject Content);
