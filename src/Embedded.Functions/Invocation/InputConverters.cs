using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Invocation;

/// <summary>Asks converters, in the official order, until one takes the value: the parameter's own, its type's, its binding's, the worker's.</summary>
internal sealed class InputConverters(IServiceProvider services, IOptions<WorkerOptions> options)
{
    readonly ConcurrentDictionary<Type, IInputConverter> _instances = new();
    readonly ConcurrentDictionary<Type, Type?> _ofTypes = new();
    readonly ConcurrentDictionary<Type, BindingConverters> _ofBindings = new();
    readonly Lazy<IInputConverter[]> _registered = new(
        () => [.. options.Value.InputConverters.Select(type => Create(services, type))]);

    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        if (OwnConverter(context) is { } own)
        {
            ConversionResult result = await own.ConvertAsync(context);
            if (result.Status != ConversionStatus.Unhandled)
            {
                return result;
            }
        }

        bool fallback = true;
        if (context.Properties.TryGetValue(PropertyBagKeys.BindingAttribute, out object? binding))
        {
            BindingConverters its = _ofBindings.GetOrAdd(binding.GetType(), BindingConverters.Of);
            foreach (Type converter in its.Types)
            {
                if (Supports(converter, context.TargetType))
                {
                    ConversionResult result = await Instance(converter).ConvertAsync(context);
                    if (result.Status != ConversionStatus.Unhandled)
                    {
                        return result;
                    }
                }
            }

            fallback = its.Fallback;
        }

        foreach (IInputConverter converter in fallback ? _registered.Value : [])
        {
            ConversionResult result = await converter.ConvertAsync(context);
            if (result.Status != ConversionStatus.Unhandled)
            {
                return result;
            }
        }

        return ConversionResult.Unhandled();
    }

    IInputConverter? OwnConverter(ConverterContext context)
    {
        Type? type = context.Properties.TryGetValue(PropertyBagKeys.ConverterType, out object? given) && given is string name
            ? Type.GetType(name, throwOnError: true)
            : _ofTypes.GetOrAdd(context.TargetType, static t => t.GetCustomAttribute<InputConverterAttribute>(inherit: true)?.ConverterType);
        return type is null ? null : Instance(type);
    }

    IInputConverter Instance(Type type) => _instances.GetOrAdd(type, static (t, provider) => Create(provider, t), services);

    static IInputConverter Create(IServiceProvider provider, Type type) => ActivatorUtilities.CreateInstance(provider, type) as IInputConverter
        ?? throw new InvalidOperationException($"{type.FullName} is registered as an input converter but does not implement {nameof(IInputConverter)}.");

    static bool Supports(Type converter, Type target)
    {
        Type[] supported = [.. converter.GetCustomAttributes<SupportedTargetTypeAttribute>().Select(a => a.TargetType)];
        return supported.Length == 0 || supported.Contains(target);
    }

    /// <param name="Types">The converters that a binding's attribute brings.</param>
    /// <param name="Fallback">Whether the worker's converters are asked when these do not know the value.</param>
    sealed record BindingConverters(Type[] Types, bool Fallback)
    {
        public static BindingConverters Of(Type binding) => new(
            [.. binding.GetCustomAttributes<InputConverterAttribute>().Select(a => a.ConverterType)],
            binding.GetCustomAttribute<ConverterFallbackBehaviorAttribute>()?.Behavior != ConverterFallbackBehavior.Disallow);
    }
}
