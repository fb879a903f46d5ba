using System.Linq.Expressions;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask;

/// <summary>
/// Factories for registered types. Each is built on first use, so that a type without a fitting constructor fails when
/// it is run and not when it is registered, and then kept.
/// </summary>
internal static class TaskTypeActivator
{
    /// <summary>Calls the public constructor without parameters.</summary>
    public static Func<TTask> Parameterless<TTask>(Type type)
        where TTask : class
    {
        Func<TTask>? create = null;
        return () => (create ??= Compile())();

        Func<TTask> Compile()
            => type.GetConstructor([]) is { } constructor
                ? Expression.Lambda<Func<TTask>>(Expression.New(constructor)).Compile()
                : throw new MissingMethodException($"'{type}' has no public constructor without parameters.");
    }

    /// <summary>Creates an object, with services as constructor arguments.</summary>
    public static Func<IServiceProvider, TTask> New<TTask>(Type type)
        where TTask : class
    {
        ObjectFactory? create = null;
        return services => (TTask)(create ??= Build())(services, null);

        // Where there is a choice of constructors, the services decide on each creation anew.
        ObjectFactory Build()
            => type.GetConstructors() is [_]
                ? ActivatorUtilities.CreateFactory(type, [])
                : (services, _) => ActivatorUtilities.CreateInstance(services, type);
    }

    /// <summary>Takes the type from the services if it is registered there; otherwise as <see cref="New"/>.</summary>
    public static Func<IServiceProvider, TTask> ServiceOrNew<TTask>(Type type)
        where TTask : class
    {
        var create = New<TTask>(type);
        return services => (TTask?)services.GetService(type) ?? create(services);
    }
}
