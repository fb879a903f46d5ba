using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>Registration of workers.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds a worker; called again with the same name, it continues to configure that worker.</summary>
    public static IDurableTaskWorkerBuilder AddDurableTaskWorker(this IServiceCollection services, string? name = null)
    {
        var builder = GetBuilder(services, name ?? Options.DefaultName, out var added);
        Register(builder, added);
        return builder;
    }

    /// <summary>Adds the default worker.</summary>
    public static IServiceCollection AddDurableTaskWorker(
        this IServiceCollection services, Action<IDurableTaskWorkerBuilder> configure)
        => services.AddDurableTaskWorker(Options.DefaultName, configure);

    /// <summary>Adds a worker; called again with the same name, it continues to configure that worker.</summary>
    public static IServiceCollection AddDurableTaskWorker(
        this IServiceCollection services, string name, Action<IDurableTaskWorkerBuilder> configure)
    {
        Check.NotNull(configure);
        var builder = GetBuilder(services, Check.NotNull(name), out var added);
        configure(builder);
        Register(builder, added);
        return services;
    }

    private static void Register(DefaultDurableTaskWorkerBuilder builder, bool added)
    {
        if (!added)
        {
            return;
        }

        builder.Services.AddOptions<DurableTaskWorkerOptions>(builder.Name)
            .Configure<IServiceProvider>((options, provider) =>
            {
                if (!options.DataConverterExplicitlySet && provider.GetService<DataConverter>() is { } converter)
                {
                    options.DataConverter = converter;
                }
            });

        builder.Services.AddSingleton(builder.Build);
    }

    private static DefaultDurableTaskWorkerBuilder GetBuilder(IServiceCollection services, string name, out bool added)
    {
        Check.NotNull(services);
        var builders = services.Select(service => service.ServiceType == typeof(BuilderTable) ? service.ImplementationInstance : null)
            .OfType<BuilderTable>()
            .FirstOrDefault();
        if (builders is null)
        {
            services.AddSingleton(builders = []);
        }

        added = !builders.TryGetValue(name, out var builder);
        return builder ?? (builders[name] = new(name, services));
    }

    /// <summary>The builders of a service collection, kept in the collection itself.</summary>
    private sealed class BuilderTable : Dictionary<string, DefaultDurableTaskWorkerBuilder>;
}
