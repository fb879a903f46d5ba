using System.Collections.Immutable;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>For middleware: what goes into an invocation and what comes out of it.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>Converts an input now; the function gets what is made of it here, or what is set here instead.</summary>
    public static async ValueTask<InputBindingData<T>> BindInputAsync<T>(this FunctionContext context, BindingMetadata bindingMetadata)
    {
        ArgumentNullException.ThrowIfNull(bindingMetadata);
        FunctionBindings bindings = context.Bindings();
        string name = bindingMetadata.Name;
        if (!bindings.TryGetConverted(name, out ConversionResult result))
        {
            var binder = context.InstanceServices.GetRequiredService<ParameterBinder>();
            result = await binder.ConvertAsync(context, bindings, name, typeof(T), ImmutableDictionary<string, object>.Empty);
        }

        return new Input<T>(bindings, bindingMetadata, (T?)result.Value);
    }

    /// <exception cref="InvalidOperationException">The result is of another type.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context)
    {
        FunctionBindings bindings = context.Bindings();
        return bindings.Result is T
            ? new Result<T>(bindings)
            : throw new InvalidOperationException(
                $"Requested type({typeof(T)}) does not match the type of Invocation result({bindings.Result?.GetType().ToString() ?? "null"})");
    }

    public static InvocationResult GetInvocationResult(this FunctionContext context) => new UntypedResult(context.Bindings());

    public static IEnumerable<OutputBindingData<T>> GetOutputBindings<T>(this FunctionContext context)
    {
        FunctionBindings bindings = context.Bindings();
        return context.FunctionDefinition.OutputBindings.Select(output => new Output<T>(bindings, output.Value));
    }

    internal static FunctionBindings Bindings(this FunctionContext context) => context.Features.Get<FunctionBindings>()
        ?? throw new InvalidOperationException("The function context was not made by the host: it has no bindings.");

    sealed class Input<T>(FunctionBindings bindings, BindingMetadata metadata, T? given) : InputBindingData<T>
    {
        public override BindingMetadata BindingMetadata => metadata;

        public override T? Value
        {
            get;
            set
            {
                field = value;
                bindings.SetConverted(metadata.Name, ConversionResult.Success(value));
            }
        } = given;
    }

    sealed class Output<T>(FunctionBindings bindings, BindingMetadata metadata) : OutputBindingData<T>
    {
        public override string BindingType => metadata.Type;

        public override string Name => metadata.Name;

        public override T? Value
        {
            get => bindings.FindOutput(metadata.Name) is T value ? value : default;
            set => bindings.Outputs[metadata.Name] = value;
        }
    }

    sealed class Result<T>(FunctionBindings bindings) : InvocationResult<T>
    {
        public override T? Value
        {
            get => bindings.Result is T value ? value : default;
            set => bindings.Result = value;
        }
    }

    sealed class UntypedResult(FunctionBindings bindings) : InvocationResult
    {
        public override object? Value
        {
            get => bindings.Result;
            set => bindings.Result = value;
        }
    }
}
