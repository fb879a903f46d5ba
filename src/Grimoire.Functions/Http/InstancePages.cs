using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Looks through the instances of the engine, page by page, for those that are wanted.</summary>
static class InstancePages
{
    /// <summary>A filter that almost nothing passes ends a page short rather than late.</summary>
    const int MaxPages = 40;

    const char PartMark = ':';

    /// <summary>
    /// Whole pages of the engine: it is never asked for more than still fits, so its token is exactly where the next page begins,
    /// and nothing is lost or told twice.
    /// </summary>
    /// <param name="client">The engine's.</param>
    /// <param name="query">Which instances are looked at, from which continuation on.</param>
    /// <param name="top">How many are wanted.</param>
    /// <param name="read">What an instance comes to; null if it is not wanted.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public static async Task<(IReadOnlyList<T> Found, string? Continuation)> FindAsync<T>(
        DurableTaskClient client, OrchestrationQuery query, int top, Func<OrchestrationMetadata, ValueTask<T?>> read, CancellationToken cancellation)
        where T : class
    {
        var found = new List<T>();
        var continuation = query.ContinuationToken;
        for (var pages = 0; pages < MaxPages && found.Count < top; pages++)
        {
            var page = await NextAsync(client, query with { PageSize = top - found.Count, ContinuationToken = continuation }, cancellation).ConfigureAwait(false);
            foreach (var instance in page.Values)
            {
                if (await read(instance).ConfigureAwait(false) is { } wanted)
                {
                    found.Add(wanted);
                }
            }

            continuation = page.ContinuationToken;
            if (string.IsNullOrEmpty(continuation))
            {
                return (found, null);
            }
        }

        return (found, continuation);
    }

    /// <summary>As above, for all <paramref name="prefixes"/> of ids one after the other. The continuation tells which one it is of.</summary>
    public static async Task<(IReadOnlyList<T> Found, string? Continuation)> FindAsync<T>(
        DurableTaskClient client,
        OrchestrationQuery query,
        IReadOnlyList<string> prefixes,
        int top,
        Func<OrchestrationMetadata, ValueTask<T?>> read,
        CancellationToken cancellation)
        where T : class
    {
        var (at, continuation) = BeginOf(query.ContinuationToken, prefixes.Count);
        var all = new List<T>();
        for (; at < prefixes.Count && all.Count < top; at++)
        {
            var part = query with { InstanceIdPrefix = prefixes[at], ContinuationToken = continuation };
            (var found, continuation) = await FindAsync(client, part, top - all.Count, read, cancellation).ConfigureAwait(false);
            all.AddRange(found);
            if (continuation is not null)
            {
                return (all, $"{at}{PartMark}{continuation}");
            }
        }

        return (all, at < prefixes.Count ? $"{at}{PartMark}" : null);
    }

    static (int At, string? Continuation) BeginOf(string? continuation, int parts)
    {
        if (continuation is null)
        {
            return (0, null);
        }

        var mark = continuation.IndexOf(PartMark, StringComparison.Ordinal);
        return mark > 0 && int.TryParse(continuation.AsSpan(0, mark), NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < parts
            ? (at, continuation[(mark + 1)..] is { Length: > 0 } rest ? rest : null)
            : throw RequestQuery.BadContinuation();
    }

    static async Task<Page<OrchestrationMetadata>> NextAsync(DurableTaskClient client, OrchestrationQuery query, CancellationToken cancellation)
    {
        try
        {
            var pages = client.GetAllInstancesAsync(query).AsPages(query.ContinuationToken, query.PageSize);
            await foreach (var page in pages.WithCancellation(cancellation).ConfigureAwait(false))
            {
                return page;
            }
        }
        catch (ArgumentException) when (query.ContinuationToken is not null)
        {
            throw RequestQuery.BadContinuation();
        }

        return new Page<OrchestrationMetadata>([]);
    }
}
