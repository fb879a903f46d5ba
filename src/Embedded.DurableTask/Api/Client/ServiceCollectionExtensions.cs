using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Registration of clients.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds a client; called again with the same name, it continues to configure that client.</summary>
    public static IDurableTaskClientBuilder AddDurableTaskClient(this IServiceCollection services, string? name = null)
    {
        var builder = GetBuilder(services, name ?? Options.DefaultName, out var added);
        Register(builder, added);
        return builder;
    }

    /// <summary>Adds the default client.</summary>
    public static IServiceCollection AddDurableTaskClient(
        this IServiceCollection services, Action<IDurableTaskClientBuilder> configure)
        => services.AddDurableTaskClient(Options.DefaultName, configure);

    /// <summary>Adds a client; called again with the same name, it continues to configure that client.</summary>
    public static IServiceCollection AddDurableTaskClient(
        this IServiceCollection services, string name, Action<IDurableTaskClientBuilder> configure)
    {
        Check.NotNull(configure);
        var builder = GetBuilder(services, Check.NotNull(name), out var added);
        configure(builder);
        Register(builder, added);
        return services;
    }

    private static void Register(DefaultDurableTaskClientBuilder builder, bool added)
    {
        if (!added)
        {
            return;
        }

        var services = builder.Services;
        services.TryAddSingleton<IDurableTaskClientProvider, DefaultDurableTaskClientProvider>();
        services.AddOptions<DurableTaskClientOptions>(builder.Name)
            .Configure<IServiceProvider>((options, provider) =>
            {
                if (!options.DataConverterExplicitlySet && provider.GetService<DataConverter>() is { } converter)
                {
                    options.DataConverter = converter;
                }
            });

        services.AddSingleton(provider => new DefaultDurableTaskClientProvider.ClientContainer(builder.Build(provider)));
        if (builder.Name == Options.DefaultName)
        {
            builder.RegisterDirectly();
        }
    }

    private static DefaultDurableTaskClientBuilder GetBuilder(IServiceCollection services, string name, out bool added)
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
    private sealed class BuilderTable : Dictionary<string, DefaultDurableTaskClientBuilder>;
}
