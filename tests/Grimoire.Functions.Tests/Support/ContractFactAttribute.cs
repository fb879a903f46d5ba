using Grimoire.Tests.Shared;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Grimoire.Functions.Tests.Support;

/// <summary>A test that several classes inherit. In those marked with <see cref="NeedsAzuriteAttribute"/> it is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Grimoire.Functions.Tests.Support.ContractFactDiscoverer", "Grimoire.Functions.Tests")]
sealed class ContractFactAttribute : FactAttribute;

[AttributeUsage(AttributeTargets.Class)]
sealed class NeedsAzuriteAttribute : Attribute;

sealed class ContractFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new ContractTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}

sealed class ContractTestCase : XunitTestCase
{
    [Obsolete("For the test runner, which makes it again in another process.")]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsAzuriteAttribute)).Any() ? new AzuriteFactAttribute().Skip : base.GetSkipReason(factAttribute);
}
