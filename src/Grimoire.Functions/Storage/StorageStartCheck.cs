using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Storage;

/// <summary>An app whose storage is away, or is not to be written to, does not start: it would take casts that it cannot keep.</summary>
sealed class StorageStartCheck(IServiceProvider services, StorageOptions options, TimeProvider time) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            // Asked for here and not in the constructor: to open the folder is a part of the check.
            await services.GetRequiredService<IObjectStore>().CheckAsync(either.Token).ConfigureAwait(false);
        }
        catch (StorageException failure)
        {
            throw Refused(failure.Message, failure);
        }
        catch (OperationCanceledException late) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Refused($"The storage did not answer within {options.StartTimeout.TotalSeconds} seconds ({StorageOptions.StartTimeoutSetting}).", late);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    StorageException Refused(string reason, Exception inner)
    {
        var where = options.Connection.Length == 0
            ? $"the folder '{options.Folder}' ({StorageOptions.FolderSetting})"
            : $"the container '{options.Container}' of the account in {StorageOptions.ConnectionSetting}";
        return new StorageException($"Grimoire cannot start without its storage, {where}. {reason}", inner);
    }
}
