using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Gives access to the registered clients by name.</summary>
public interface IDurableTaskClientProvider
{
    /// <summary>Gets the client of this name, or the default one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such client.</exception>
    DurableTaskClient GetClient(string? name = null);
}

internal sealed class DefaultDurableTaskClientProvider(IEnumerable<DefaultDurableTaskClientProvider.ClientContainer> clients)
    : IDurableTaskClientProvider
{
    public DurableTaskClient GetClient(string? name = null)
    {
        // Like the names of options, those of clients are case-sensitive.
        name ??= Options.DefaultName;
        return clients.FirstOrDefault(container => container.Name == name)?.Client
            ?? throw new ArgumentOutOfRangeException(
                nameof(name),
                name,
                $"There is no such client. Registered: [{string.Join(", ", clients.Select(container => $"\"{container.Name}\""))}].");
    }

    /// <summary>Holds a client in the services without making it the one which is injected.</summary>
    internal sealed class ClientContainer(DurableTaskClient client) : IAsyncDisposable
    {
        public string Name => Client.Name;

        public DurableTaskClient Client { get; } = Check.NotNull(client);

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}
