using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Configures one client.</summary>
public interface IDurableTaskClientBuilder
{
    /// <summary>Name of the client and of its options.</summary>
    string Name { get; }

    IServiceCollection Services { get; }

    /// <summary>The client type which is built.</summary>
    Type? BuildTarget { get; set; }

    DurableTaskClient Build(IServiceProvider serviceProvider);
}

/// <summary>The default client builder: creates the build target with its name and services as arguments.</summary>
public class DefaultDurableTaskClientBuilder(string? name, IServiceCollection services) : IDurableTaskClientBuilder
{
    private Type? _buildTarget;

    /// <inheritdoc/>
    public string Name { get; } = name ?? Options.DefaultName;

    /// <inheritdoc/>
    public IServiceCollection Services { get; } = services;

    /// <inheritdoc/>
    public Type? BuildTarget
    {
        get => _buildTarget;
        set
        {
            if (value is not null)
            {
                Check.ConcreteType<DurableTaskClient>(value);
            }

            _buildTarget = value;
        }
    }

    /// <inheritdoc/>
    public DurableTaskClient Build(IServiceProvider serviceProvider)
        => _buildTarget is { } target
            ? (DurableTaskClient)ActivatorUtilities.CreateInstance(serviceProvider, target, Name)
            : throw new InvalidOperationException(
                $"The durable task client '{Name}' has no build target. Choose a backend, or call 'UseBuildTarget'.");
}
