using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Invocation;

/// <summary>Finds values for the parameters of a function.</summary>
internal sealed class ParameterBinder(InputConverters converters)
{
    /// <exception cref="FunctionInputConverterException">Some cannot be had; the message has all of them.</exception>
    public async ValueTask<object?[]> BindAsync(FunctionContext context, FunctionBindings bindings)
    {
        ImmutableArray<FunctionParameter> parameters = context.FunctionDefinition.Parameters;
        var values = new object?[parameters.Length];
        List<string>? errors = null;
        for (int i = 0; i < values.Length; i++)
        {
            FunctionParameter parameter = parameters[i];
            ConversionResult result = await ConvertAsync(context, bindings, parameter.Name, parameter.Type, parameter.Properties);
            if (result.Status == ConversionStatus.Succeeded)
            {
                values[i] = result.Value;
            }
            else if (result.Status == ConversionStatus.Failed && bindings.FindSource(parameter.Name) is { } source)
            {
                (errors ??= []).Add(
                    $"Cannot convert input parameter '{parameter.Name}' to type '{parameter.Type.FullName}' from type '{source.GetType().FullName}'. Error: {result.Error?.Message}");
            }
            else if (result.Status == ConversionStatus.Failed && result.Error is not null)
            {
                (errors ??= []).Add($"Cannot make input parameter '{parameter.Name}' of type '{parameter.Type.FullName}'. Error: {result.Error.Message}");
            }
            else if (parameter.HasDefaultValue)
            {
                values[i] = parameter.DefaultValue;
            }
            else if (!parameter.IsReferenceOrNullableType)
            {
                (errors ??= []).Add(
                    $"Could not populate the value for '{parameter.Name}' parameter. Consider adding a default value or making the parameter nullable.");
            }
        }

        return errors is null
            ? values
            : throw new FunctionInputConverterException(
                $"Error converting {errors.Count} input parameters for Function '{context.FunctionDefinition.Name}': {string.Join(Environment.NewLine, errors)}");
    }

    public async ValueTask<ConversionResult> ConvertAsync(
        FunctionContext context, FunctionBindings bindings, string name, Type type, IReadOnlyDictionary<string, object> properties)
    {
        if (!bindings.TryGetConverted(name, out ConversionResult result))
        {
            // A parameter that is nobody's binding and of a type that needs no source costs no look into the trigger's data.
            object? source = type == typeof(FunctionContext) || type == typeof(CancellationToken) ? null : bindings.FindSource(name);
            result = await converters.ConvertAsync(new Conversion(type, source, context, properties));
            bindings.SetConverted(name, result);
        }

        return result;
    }

    sealed class Conversion(Type targetType, object? source, FunctionContext context, IReadOnlyDictionary<string, object> properties)
        : ConverterContext
    {
        public override Type TargetType => targetType;

        public override object? Source => source;

        public override FunctionContext FunctionContext => context;

        public override IReadOnlyDictionary<string, object> Properties => properties;
    }
}
