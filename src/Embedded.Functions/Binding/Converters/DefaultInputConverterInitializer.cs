using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Registers the built-in converters, in the order in which the official worker asks them.</summary>
internal sealed class DefaultInputConverterInitializer : IConfigureOptions<WorkerOptions>
{
    public void Configure(WorkerOptions options)
    {
        var converters = options.InputConverters;
        converters.Register<FunctionContextConverter>();
        converters.Register<TypeConverter>();
        converters.Register<GuidConverter>();
        converters.Register<DateTimeConverter>();
        converters.Register<MemoryConverter>();
        converters.Register<StringToByteConverter>();
        converters.Register<JsonPocoConverter>();
        converters.Register<ArrayConverter>();
        converters.Register<CancellationTokenConverter>();
    }
}
