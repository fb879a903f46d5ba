using System.Runtime.CompilerServices;

namespace Grimoire.Functions.Http;

/// <summary>Reads what is wanted next while the caller is busy with what was before.</summary>
static class Lookahead
{
    const int Ahead = 16;

    /// <summary>In the order of the source, and never more than a few at once.</summary>
    public static async IAsyncEnumerable<TResult> SelectAhead<T, TResult>(
        this IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> read, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var coming = new Queue<Task<TResult>>();
        await foreach (var item in source.WithCancellation(cancellation).ConfigureAwait(false))
        {
            if (coming.Count == Ahead)
            {
                yield return await coming.Dequeue().ConfigureAwait(false);
            }

            coming.Enqueue(read(item, cancellation));
        }

        while (coming.TryDequeue(out var next))
        {
            yield return await next.ConfigureAwait(false);
        }
    }
}
