using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Grimoire.Functions.Storage;

/// <summary>A store whose operations are tried again while the storage is away, and whose claims stay right when an answer was lost.</summary>
sealed class RetryingObjects(IObjectStore inner, StorageRetry retry) : IObjectStore, IDisposable
{
    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        retry.RunAsync(
            "create",
            name,
            async (failedBefore, token) =>
                await inner.CreateAsync(name, content, token).ConfigureAwait(false)
                ?? (failedBefore == 0 ? null : await VersionIfOursAsync(name, content, token).ConfigureAwait(false)),
            cancellation);

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string version, CancellationToken cancellation) =>
        retry.RunAsync(
            "replace",
            name,
            async (failedBefore, token) =>
                await inner.ReplaceAsync(name, content, version, token).ConfigureAwait(false)
                ?? (failedBefore == 0 ? null : await VersionIfOursAsync(name, content, token).ConfigureAwait(false)),
            cancellation);

    public Task<StoredObject?> ReadAsync(string name, CancellationToken cancellation) =>
        retry.RunAsync("read", name, (_, token) => inner.ReadAsync(name, token), cancellation);

    public Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation, bool begin = true) =>
        retry.RunAsync("add to the log", name, (_, token) => inner.AppendAsync(name, content, token, begin), cancellation);

    public Task<ReadOnlyMemory<byte>> ReadLogAsync(string name, long offset, CancellationToken cancellation) =>
        retry.RunAsync("read the log", name, (_, token) => inner.ReadLogAsync(name, offset, token), cancellation);

    /// <summary>A listing that breaks off goes on after the last name that it gave.</summary>
    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var names = inner.ListAsync(prefix, after, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            while (true)
            {
                var more = await retry.RunAsync(
                    "list",
                    prefix,
                    async (failedBefore, token) =>
                    {
                        if (failedBefore > 0)
                        {
                            await names.DisposeAsync().ConfigureAwait(false);
                            names = inner.ListAsync(prefix, after, cancellation).GetAsyncEnumerator(cancellation);
                        }

                        return await names.MoveNextAsync().ConfigureAwait(false);
                    },
                    cancellation).ConfigureAwait(false);
                if (!more)
                {
                    yield break;
                }

                after = names.Current;
                yield return after;
            }
        }
        finally
        {
            await names.DisposeAsync().ConfigureAwait(false);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        retry.RunAsync("delete", name, token => inner.DeleteAsync(name, token), cancellation);

    /// <summary>Not begun again, because the content is gone. What its source throws is the source's: only the storage's own failures are described here.</summary>
    public async Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        await using var source = new SourceStream(content);
        var (began, outcome) = (retry.Begin(), StorageRetry.Failed);
        try
        {
            var info = await inner.UploadAsync(name, source, contentType, metadata, maxBytes, cancellation).ConfigureAwait(false);
            outcome = StorageRetry.Succeeded;
            return info;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            outcome = StorageRetry.Cancelled;
            throw;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested && (source.Failure is not null || StorageFailures.IsOfStorage(failure)))
        {
            if (source.Failure is { } broken)
            {
                ExceptionDispatchInfo.Throw(broken);
            }

            throw StorageRetry.GivenUp("store", name, tries: 1, failure);
        }
        finally
        {
            retry.Count("store", outcome, began);
        }
    }

    public Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation) =>
        retry.RunAsync("inspect", name, (_, token) => inner.InspectAsync(name, token), cancellation);

    public Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation) =>
        retry.RunAsync("open", name, (_, token) => inner.DownloadAsync(name, offset, length, token), cancellation);

    public Task CheckAsync(CancellationToken cancellation) => retry.RunAsync("be used", "", inner.CheckAsync, cancellation);

    public void Dispose() => (inner as IDisposable)?.Dispose();

    /// <summary>
    /// An earlier try has failed, and now the object is not what the storage expected. Either somebody else was first,
    /// or that try was carried out and only its answer was lost; what is stored tells which.
    /// </summary>
    async Task<string?> VersionIfOursAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        await inner.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored && stored.Content.Span.SequenceEqual(content.Span) ? stored.Version : null;
}
